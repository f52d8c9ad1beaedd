// How the channel looks: Telegram's proportions and colours, light and dark, without anything from outside.

export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #0f1419; --soft: #707d8a; --link: #2481cc; --accent: #3390ec; --bar: #fff;
  --line: #0001; --pill: #5a7a4f99; --button: #4b6b4466; --code: #3390ec14;
  --back: radial-gradient(at 15% 20%, #dbe6b0 0, #0000 55%), radial-gradient(at 85% 25%, #9fcf9b 0, #0000 55%),
    radial-gradient(at 25% 85%, #8cc4a0 0, #0000 55%), radial-gradient(at 80% 90%, #d7dc94 0, #0000 55%), #a9cf9a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #212d3b; --ink: #f2f5f7; --soft: #8b9bab; --link: #6ab7ff; --accent: #5eaef5; --bar: #17212b;
    --line: #fff1; --pill: #1e2c3acc; --button: #2b3f52b3; --code: #ffffff12;
    --back: radial-gradient(at 15% 20%, #1c2f3f 0, #0000 55%), radial-gradient(at 85% 25%, #14253a 0, #0000 55%),
      radial-gradient(at 25% 85%, #132c33 0, #0000 55%), #0e1621;
  }
}
* { box-sizing: border-box }
html { height: 100% }
body {
  margin: 0; min-height: 100%; display: flex; flex-direction: column; color: var(--ink);
  background: var(--back) fixed; overflow-wrap: anywhere;
  font: 15px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
a:focus-visible, .spoiler:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
header {
  position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 12px; padding: 8px 16px;
  background: var(--bar); border-bottom: 1px solid var(--line);
}
header h1 { margin: 0; font-size: 16px; line-height: 1.25 }
header p { margin: 0; font-size: 13px; color: var(--soft) }
header .back { font-size: 22px; line-height: 1; padding: 6px; color: var(--soft) }
.avatar {
  flex: none; display: grid; place-items: center; width: 42px; height: 42px; border-radius: 50%; color: #fff;
  font-weight: 600; font-size: 17px; background: linear-gradient(#ff885e, #ff516a);
}
.c1 { background: linear-gradient(#82b1ff, #665fff) } .c2 { background: linear-gradient(#a0de7e, #54cb68) }
.c3 { background: linear-gradient(#53edd6, #28c9b7) } .c4 { background: linear-gradient(#72d5fd, #2a9ef1) }
.c5 { background: linear-gradient(#e0a2f3, #d669ed) } .c6 { background: linear-gradient(#ffcd6a, #ffa85c) }
main { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; width: 100%; max-width: 560px;
  margin: 0 auto; padding: 12px 16px 24px }
.pill {
  align-self: center; margin: 10px 0; padding: 3px 12px; border-radius: 14px; background: var(--pill); color: #fff;
  font-size: 13px; font-weight: 500;
}
.post { margin: 4px 0; width: fit-content; max-width: min(100%, 480px); min-width: 180px; scroll-margin-top: 70px }
.bubble {
  position: relative; padding: 6px 11px 5px; border-radius: 16px 16px 16px 4px; background: var(--paper);
  box-shadow: 0 1px 2px #0002; overflow: hidden;
}
.author { font-size: 14px; font-weight: 600; color: var(--accent); margin-bottom: 2px }
.forward { font-size: 13px; color: var(--accent) }
.text { white-space: pre-wrap }
.text:last-of-type { padding-bottom: 2px }
.media { display: grid; gap: 2px; margin: 4px -11px 6px }
.media.n2, .media.n4 { grid-template-columns: 1fr 1fr }
.media.n3 { grid-template-columns: 1fr 1fr 1fr }
.photo { display: block; width: 480px; max-width: 100%; height: auto; max-height: 480px; object-fit: cover; background: var(--line) }
.media:not(.n1) .photo { width: 100%; aspect-ratio: 1 }
.veiled { filter: blur(24px) } .veiled:hover { filter: none }
.document { margin: 4px 11px }
.foot { float: right; margin: 2px -2px 0 12px; font-size: 12px; color: var(--soft); user-select: none }
.bubble.bare { padding-bottom: 5px }
.text b { font-weight: 600 }
code, pre { font: 0.92em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; background: var(--code); border-radius: 5px }
code { padding: 1px 4px } pre { margin: 4px 0; padding: 6px 8px; overflow-x: auto; white-space: pre-wrap }
blockquote {
  margin: 4px 0; padding: 3px 10px; border-left: 3px solid var(--accent); border-radius: 4px;
  background: color-mix(in srgb, var(--accent) 10%, #0000);
}
.tag { color: var(--link) }
.spoiler { background: var(--soft); color: #0000; border-radius: 4px; cursor: pointer }
.spoiler:hover, .spoiler:focus { background: var(--code); color: inherit }
.buttons { display: grid; gap: 3px; margin-top: 3px }
.row { display: flex; gap: 3px }
.button {
  position: relative; flex: 1; padding: 8px 18px; border-radius: 10px; background: var(--button); color: #fff;
  text-align: center; font-weight: 600; font-size: 14px;
}
.button:hover { filter: brightness(1.15); text-decoration: none }
.out { position: absolute; top: 3px; right: 7px; font-size: 10px; opacity: 0.8 }
.empty { align-self: center; margin: auto; padding: 14px 22px; border-radius: 16px; background: var(--pill); color: #fff; text-align: center }
.chats { justify-content: flex-start; gap: 1px }
.chat {
  display: flex; align-items: center; gap: 12px; padding: 10px 14px; background: var(--paper); color: inherit;
}
.chat:first-child { border-radius: 16px 16px 0 0 } .chat:last-child { border-radius: 0 0 16px 16px }
.chat:only-child { border-radius: 16px }
.chat:hover { text-decoration: none; filter: brightness(0.97) }
.chat div { min-width: 0; flex: 1 } .chat p { margin: 0; color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.chat h2 { margin: 0; font-size: 15px } .chat time { font-size: 12px; color: var(--soft); align-self: flex-start }
@media (prefers-reduced-motion: no-preference) {
  .new { animation: arrive 0.25s ease-out }
  @keyframes arrive { from { opacity: 0; transform: translateY(12px) } }
}
`
