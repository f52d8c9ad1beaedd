// How the dashboard looks: calm, dense, the same in light and dark; states by word, shape and colour. Contrast is WCAG AA throughout.

export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f7f9, #0f1216); --card: light-dark(#ffffff, #171b21); --ink: light-dark(#171c24, #e7eaef);
  --soft: light-dark(#59636f, #9aa5b4); --line: light-dark(#e1e5ea, #282e37); --strong: light-dark(#c6ccd5, #3b434f);
  --accent: light-dark(#1f5fd0, #7fb0ff); --wash: light-dark(#1f5fd016, #7fb0ff1f); --on: light-dark(#ffffff, #0c1118);
  --well: light-dark(#12653b, #70d6a0); --well-wash: light-dark(#e4f4ea, #12291e);
  --notice: light-dark(#6f4d00, #e6c069); --notice-wash: light-dark(#fbf1d6, #2b2412);
  --decide: light-dark(#5b36b8, #c3aaff); --decide-wash: light-dark(#eee8fc, #241c3b);
  --failing: light-dark(#a51d1d, #ff9d95); --failing-wash: light-dark(#fde8e6, #361816);
  --radius: 10px;
}
* { box-sizing: border-box }
html { scroll-padding-top: 64px }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; -webkit-text-size-adjust: 100% }
a { color: var(--accent); text-decoration: none; text-underline-offset: 3px }
a:hover, p a, dd a, h3 a, small a, td div a, .sub a, .timeline div a { text-decoration: underline }
p a.button, p a:has(> .badge) { text-decoration: none }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px }
main:focus { outline: none }
small { display: block; color: var(--soft); font-size: 12px; line-height: 1.4; font-weight: 400 }
code, pre { font: 12.5px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace }
pre { margin: 6px 0; padding: 10px 12px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; max-height: 420px }
h1 { margin: 0; font-size: 22px; line-height: 1.25; font-weight: 650; letter-spacing: -0.012em }
h2 { margin: 0; font-size: 14px; font-weight: 650 }
h3 { margin: 12px 0 4px; font-size: 13px; font-weight: 650 }
h4 { margin: 8px 0 0; font-size: 13px }
p { margin: 6px 0 }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.skip:focus { position: absolute; z-index: 9; top: 8px; left: 8px; padding: 8px 12px; background: var(--card); border-radius: 8px }
.bar { position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: 18px; padding: 0 20px; height: 52px; background: var(--card); border-bottom: 1px solid var(--line) }
.brand { font-weight: 700; font-size: 15px; color: var(--ink); letter-spacing: -0.01em }
.places { flex: 1; min-width: 0; overflow-x: auto; scrollbar-width: none }
.places ul { display: flex; gap: 2px; margin: 0; padding: 4px; list-style: none }
.places a { display: block; padding: 6px 10px; border-radius: 8px; color: var(--soft); white-space: nowrap; font-weight: 500 }
.places a:hover { background: var(--paper); text-decoration: none; color: var(--ink) }
.places [aria-current] { background: var(--wash); color: var(--accent) }
.counter { display: inline-block; min-width: 18px; padding: 0 5px; border-radius: 9px; background: var(--decide); color: var(--on); text-align: center; font-size: 11px; line-height: 18px; font-weight: 650 }
.live { display: inline-flex; align-items: center; gap: 6px; color: var(--soft); font-size: 12px; white-space: nowrap }
.live[hidden] { display: none }
.live::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: var(--well) }
.live.lost { color: var(--failing) } .live.lost::before { background: none; border: 2px solid var(--failing) }
.account { display: flex; align-items: center; gap: 10px; white-space: nowrap; margin: 0 }
.who { color: var(--soft); max-width: 14ch; overflow: hidden; text-overflow: ellipsis }
.verdict { display: flex; align-items: center; gap: 12px; margin: 0; padding: 16px 20px; font-size: 18px; line-height: 1.35; font-weight: 600; letter-spacing: -0.01em; border-bottom: 1px solid var(--line) }
.verdict::before { content: ""; flex: none; width: 14px; height: 14px; border-radius: 50%; background: currentColor }
.verdict.well { color: var(--well); background: var(--well-wash) } .verdict.notice { color: var(--notice); background: var(--notice-wash) }
.verdict.decide { color: var(--decide); background: var(--decide-wash) } .verdict.failing { color: var(--failing); background: var(--failing-wash) }
.verdict.notice::before { border-radius: 3px } .verdict.decide::before { border-radius: 3px; rotate: 45deg }
.verdict.failing::before { border-radius: 0; width: 16px; clip-path: polygon(50% 0, 100% 100%, 0 100%) }
.said { position: relative; margin: 0; padding: 10px 20px; background: var(--accent); color: var(--on); font-weight: 550 }
main { max-width: 1320px; margin: 0 auto; padding: 18px 20px 40px } main > :first-child, main > .hidden:first-child + * { margin-top: 0 }
footer { padding: 16px 20px 32px; color: var(--soft); font-size: 12px; text-align: center }
section { margin-top: 18px; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); min-width: 0 }
section > header { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; margin-bottom: 8px }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 18px; align-items: start }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px }
.sub { color: var(--soft) } .title > .actions { margin-left: auto }
.now { display: flex; flex-wrap: wrap; align-items: baseline; gap: 8px; margin: 8px 0 0 } .now small { font-size: 13px }
.note { color: var(--soft); font-size: 13px; font-weight: 400 } .hint { color: var(--soft); font-size: 13px; margin: 4px 0 } .empty { color: var(--soft); margin: 8px 0 }
p.failing { color: var(--failing) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px; margin-top: 18px }
.tile { position: relative; display: flex; flex-direction: column; padding: 13px 15px; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); min-height: 124px; overflow: hidden }
.tile h2 { color: var(--soft); font-weight: 550; font-size: 13px }
.figure { margin: 2px 0 0; font-size: 28px; line-height: 1.2; font-weight: 620; letter-spacing: -0.025em } .figure small { display: inline; margin-left: 3px; font-size: 14px }
.tile .note { margin: 0 }
section > header .spark { width: 200px; height: 24px; margin: 0 }
.spark { display: block; width: 100%; height: 36px; margin-top: auto; overflow: visible }
.spark polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round } .spark polygon { fill: var(--wash) }
meter { width: 100%; height: 8px; margin-top: auto }
.states { display: flex; flex-wrap: wrap; gap: 5px; margin-top: 4px }
.scroll { overflow-x: auto; margin: 0 -16px; padding: 0 16px }
table { width: 100%; border-collapse: collapse }
th, td { padding: 7px 14px 7px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
tbody tr:last-child > * { border-bottom: 0 } th:last-child, td:last-child { padding-right: 0 }
thead th { padding-top: 0; color: var(--soft); font-size: 12px; font-weight: 500; white-space: nowrap; border-bottom-color: var(--strong) }
tbody th { font-weight: 500; min-width: 130px } tbody th > a:first-child { color: var(--ink) }
tbody tr:hover { background: var(--wash) }
.number { text-align: right; white-space: nowrap }
time { white-space: nowrap }
.badge { display: inline-flex; align-items: center; gap: 6px; padding: 0 8px; border-radius: 6px; font-size: 12px; line-height: 20px; font-weight: 550; white-space: nowrap }
.badge::before { content: ""; width: 7px; height: 7px; border-radius: 50%; background: currentColor }
.badge.well { color: var(--well); background: var(--well-wash) } .badge.notice { color: var(--notice); background: var(--notice-wash) }
.badge.decide { color: var(--decide); background: var(--decide-wash) } .badge.failing { color: var(--failing); background: var(--failing-wash) }
.badge.notice::before { border-radius: 1px } .badge.decide::before { border-radius: 1px; rotate: 45deg } .badge.failing::before { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%) }
.badge + small { margin-top: 2px }
a:has(> .badge):hover { text-decoration: none; filter: brightness(0.97) }
.incidents, .cards, .bare, .tree, .tree ul { margin: 0; padding: 0; list-style: none }
.incidents li { padding: 7px 0; border-bottom: 1px solid var(--line) } .incidents li:last-child { border: 0; padding-bottom: 0 } .incidents span:last-child { color: var(--soft) }
.ask { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 14px; margin: 0; padding: 12px 16px; border: 1px solid var(--decide); border-radius: var(--radius); background: var(--decide-wash) }
.cards { display: grid; gap: 12px } .card { padding: 12px 16px; border: 1px solid var(--line); border-left: 4px solid var(--decide); border-radius: 8px } .card h3 { margin: 0; font-size: 15px }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 8px } .title .actions, td .actions { margin-top: 0 }
.action { display: inline-flex; align-items: center; gap: 8px; margin: 0 }
button, .button { font: inherit; font-weight: 550; min-height: 32px; padding: 4px 12px; border-radius: 8px; border: 1px solid var(--strong); background: var(--card); color: var(--ink); cursor: pointer; white-space: nowrap }
button:hover, .button:hover { border-color: var(--accent); text-decoration: none }
.button { display: inline-flex; align-items: center } button.main, .button { background: var(--accent); border-color: var(--accent); color: var(--on) } button.danger { background: var(--failing); border-color: var(--failing); color: var(--on) }
button.main:hover, button.danger:hover, .button:hover { filter: brightness(1.08) }
td button { min-height: 28px; padding: 1px 9px; font-size: 13px }
td .actions { flex-wrap: nowrap; gap: 6px }
input, select { font: inherit; min-height: 32px; padding: 4px 10px; border-radius: 8px; border: 1px solid var(--strong); background: var(--paper); color: var(--ink) }
details > summary { cursor: pointer; color: var(--accent); line-height: 24px } .confirm { display: inline-flex; align-items: center } .confirm summary { padding: 4px 8px } .confirm[open] { gap: 8px }
.filter { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin: 10px 0 }
.filter + .scroll, .filter + .empty, h1 + .note + .scroll { margin: 0; padding: 10px 16px; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius) }
.log-in { display: grid; gap: 8px; max-width: 360px; margin: 6vh auto; padding: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 14px } .log-in label { font-weight: 550; margin-top: 6px } .log-in button { margin-top: 12px }
.entries { margin: 0; padding: 0; list-style: none; columns: 1 } .entries li { display: flex; align-items: center; justify-content: space-between; gap: 10px; padding: 5px 0; border-bottom: 1px solid var(--line) } .entries li:last-child { border: 0 } .entries .actions { margin: 0; flex: none; flex-wrap: nowrap } .entries button, .entries .quiet { font-size: 13px; min-height: 28px; padding: 1px 9px; display: inline-block; line-height: 24px }
.quiet { display: inline-block; min-height: 32px; padding: 4px 12px; font-weight: 550; background: var(--card); border: 1px solid var(--strong); border-radius: 8px; color: var(--ink) } .quiet:hover { border-color: var(--accent); text-decoration: none }
.entry { display: grid; gap: 14px; max-width: 720px; padding: 20px 24px; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius) } .field { display: grid; gap: 4px } .field > label, .label { font-weight: 550 } .field small { font-size: 13px }
textarea { font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; padding: 8px 10px; border-radius: 8px; border: 1px solid var(--strong); background: var(--paper); color: var(--ink); resize: vertical; tab-size: 2 }
.boxes { display: flex; flex-wrap: wrap; gap: 6px 16px } .boxes label { display: inline-flex; align-items: center; gap: 6px; min-height: 28px } .boxes input { min-height: 0; width: 16px; height: 16px; margin: 0; accent-color: var(--accent) }
.problem { padding: 10px 14px; border: 1px solid var(--failing); border-radius: 8px; background: var(--failing-wash); white-space: pre-line; margin: 0 } h1 + .problem { margin-top: 12px } .entry h1 + .problem { margin: 0 }
.catalog { max-height: 60vh; white-space: pre; overflow-wrap: normal } .diff { padding: 8px 0; white-space: pre; overflow-wrap: normal } .diff span { display: block; padding: 0 12px; min-width: max-content }
.diff .comes { background: var(--well-wash); color: var(--well) } .diff .goes { background: var(--failing-wash); color: var(--failing) } .diff .place { color: var(--soft) }
.now + .card { margin-top: 14px; background: var(--card) } .sentences { margin: 0; padding-left: 18px } .sentences li { margin: 3px 0 } section + form.actions { margin-top: 16px }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 10px 20px; margin: 8px 0 0 } .facts dt { color: var(--soft); font-size: 12px } .facts dd { margin: 0 }
.facts:not(section *) { padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); margin-top: 14px }
.pager { margin-top: 10px }
.timeline { margin: 0; padding: 0; list-style: none } .timeline li { position: relative; display: grid; grid-template-columns: 92px 1fr; gap: 22px; padding: 5px 0 } .timeline li > time { color: var(--soft); text-align: right }
.timeline li::before { content: ""; position: absolute; left: 99px; top: 12px; width: 9px; height: 9px; border-radius: 50%; background: var(--accent); z-index: 1 }
.timeline li:not(:last-child)::after { content: ""; position: absolute; left: 103px; top: 16px; bottom: -10px; width: 1px; background: var(--strong) }
.posts { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 12px; margin: 10px 0; align-items: start }
.post { padding: 10px 13px; border-radius: 12px 12px 12px 3px; border: 1px solid var(--line); background: var(--paper) } .text { white-space: pre-wrap } .photo { margin: 4px 0; font-size: 12px; color: var(--soft) }
.tree { margin-top: 14px } .tree ul { margin: 0 0 0 22px; border-left: 2px solid var(--line) }
.tree li { position: relative } .tree ul > li { padding: 8px 0 0 22px } .tree ul > li::before { content: ""; position: absolute; left: 0; top: 28px; width: 20px; height: 2px; background: var(--line) }
.tree ul > li:last-child::after { content: ""; position: absolute; left: -2px; top: 30px; bottom: 0; width: 2px; background: var(--paper) }
.branch > ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); gap: 8px; padding: 8px 0 4px 20px }
.tree .branch > ul > li { padding: 8px 12px; border: 1px solid var(--line); border-left: 3px solid var(--well); border-radius: 8px; background: var(--card) }
.tree .branch > ul > li::before, .tree .branch > ul > li::after { content: none }
.tree li.notice { border-left-color: var(--notice) !important } .tree li.failing { border-left-color: var(--failing) !important }
div.node { display: inline-block; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card) }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 16px; margin-top: 16px } .charts figure { margin: 0; padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); min-width: 0 }
figcaption { font-weight: 600; margin-bottom: 8px } .charts .u-wrap { margin-left: -8px } .charts .spark { height: 170px } .uplot, .u-legend { font: 12px system-ui, sans-serif !important } .u-legend { text-align: left !important; margin: 4px 0 0 !important }
.u-legend tr > * { border: 0; padding: 0 8px 0 0 } .u-legend tr:hover { background: none } .u-legend th { min-width: 0 }
.spans { display: flex; gap: 4px; margin-left: auto } .spans a { padding: 4px 12px; border-radius: 8px; border: 1px solid var(--line); background: var(--card) } .spans [aria-current] { background: var(--wash); border-color: var(--accent) }
.operation { padding: 10px 0; border-bottom: 1px solid var(--line) } .operation:last-child { border: 0 } .operation h3 { margin: 0 } .operation p { margin: 4px 0 }
.method { display: inline-block; min-width: 44px; font-size: 11px; letter-spacing: 0.03em; color: var(--well) } .method.post { color: var(--decide) }
@media (max-width: 860px) {
  .tree ul { margin-left: 8px } .tree ul > li { padding-left: 14px } .tree ul > li::before { width: 12px } .branch > ul { padding-left: 10px }
  .charts { grid-template-columns: minmax(0, 1fr) !important } .charts figure { overflow: hidden }
  .wide { display: none } .two { grid-template-columns: 1fr } main { padding: 14px 12px 32px }
  .bar { flex-wrap: wrap; height: auto; gap: 0 14px; padding: 6px 12px 0 } .places { order: 3; flex-basis: 100%; margin: 0 -12px } .brand { flex: 1; padding: 6px 0 }
  .verdict { padding: 13px 14px; font-size: 16px } section { padding: 12px } .scroll { margin: 0 -12px; padding: 0 12px }
  .tiles { grid-template-columns: 1fr 1fr; gap: 10px } .tile:last-child:nth-child(odd) { grid-column: 1 / -1 } .tile { min-height: 104px; padding: 11px 12px } .figure { font-size: 24px }
  th, td { padding-right: 10px } tbody th { min-width: 100px } .title > .actions { margin-left: 0; flex-basis: 100% }
  button, .button, .places a { min-height: 40px } td button { min-height: 36px } .places a { line-height: 28px } .charts { grid-template-columns: 1fr }
  .timeline li { grid-template-columns: 76px 1fr } .timeline li::before { left: 83px } .timeline li:not(:last-child)::after { left: 87px }
}
@media (prefers-reduced-motion: no-preference) {
  .new { animation: arrive 1.6s ease-out }
  @keyframes arrive { from { background: var(--wash) } }
}
@media print { .bar, footer, form, .pager { display: none } section, .tile { break-inside: avoid } }
`
