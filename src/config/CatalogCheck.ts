// A catalog file whose keys are known → its channels and sources, every name, template, pattern and word that they refer to resolved.
// Pure. Promises: it goes on after a fault, so that all are reported at once, each with its line.
import { Array as Arr, Either, Schema } from "effect"
import { RE2JS } from "re2js"
import type { Channel } from "../domain/Channel.ts"
import { ChannelId, SourceId } from "../domain/Names.ts"
import { type Filter, listsAll, type Source } from "../domain/Source.ts"
import { muteFaults } from "./AlertSchema.ts"
import type { CatalogFile, ChannelFile, SourceFile } from "./CatalogSchema.ts"
import { choiceFaults, choiceOf } from "./ChoiceRules.ts"
import type { Fault } from "./ConfigInvalid.ts"
import { rulesOf } from "./EventSchema.ts"
import { fault, type Path, type Place } from "./Place.ts"
import { keyFaults } from "./SourceRules.ts"
import { type CheckWords, type Worded, wordFaults } from "./WordsRules.ts"

/** A template that is not built in: its text, or why it cannot be used (with the line, from 1; 0 for the whole file). */
export type ReadTemplate = (
  path: string
) => Either.Either<string, { readonly line: number; readonly message: string }>

const builtInTemplates = ["article", "product"] as const
const isBuiltIn = (name: string): name is (typeof builtInTemplates)[number] =>
  builtInTemplates.some((known) => known === name)

/** A `Map` asks for the brand of its keys, which is what is asked here. */
const isIn = (channels: ReadonlyMap<string, Channel>, name: string): name is ChannelId => channels.has(name)

const decodeChannelId = Schema.decodeUnknownEither(ChannelId)
const decodeSourceId = Schema.decodeUnknownEither(SourceId)
const nameRule = "is not a name: letters, digits, - _ and ., at most 64 characters"

type Looks = readonly [Channel["template"], ...ReadonlyArray<Channel["template"]>]

const channelOf = (
  id: ChannelId,
  file: ChannelFile,
  logChat: string | undefined,
  [template, ...variants]: Looks
): Channel => ({
  id,
  chat: file.chat,
  pace: { gapMs: file.pace.gap, perMinute: file.pace.perMinute },
  ...(file.quiet === undefined ? {} : { quiet: file.quiet }),
  capacity: file.capacity,
  overflow: file.overflow,
  template,
  ...(variants.length === 0 ? {} : { variants }),
  locale: file.locale,
  ...(file.label === undefined ? {} : { label: file.label }),
  onUnknown: file.onUnknown,
  verify: { waitMs: file.verify.wait, againMs: file.verify.again, giveUpMs: file.verify.giveUp },
  ...(logChat === undefined ? {} : { logChat }),
  ...(file.profileOf === undefined ? {} : { profileOf: file.profileOf }),
  marker: file.marker,
  photos: file.photos,
  silent: file.silent,
  followMs: file.follow === false ? 0 : file.follow,
  onGone: file.onGone,
  events: file.events,
  drops: rulesOf(file.drops),
  ...choiceOf(file)
})

const sourceOf = (id: SourceId, file: SourceFile, to: ReadonlyArray<ChannelId>): Source => ({
  ...file,
  id,
  everyMs: file.every,
  to
})

/** Collects faults while it builds; what is returned when there are any is thrown away. */
export class CatalogCheck {
  readonly faults: Array<Fault> = []
  private readonly place: Place
  private readonly readTemplate: ReadTemplate
  private readonly checkWords: CheckWords
  constructor(place: Place, readTemplate: ReadTemplate, checkWords: CheckWords) {
    this.place = place
    this.readTemplate = readTemplate
    this.checkWords = checkWords
  }

  complain(path: Path, message: string): void {
    this.faults.push(fault(this.place, path, message))
  }

  channels({ channels: files, logChat }: CatalogFile): Map<ChannelId, Channel> {
    const channels = new Map<ChannelId, Channel>()
    const chats = new Map<string, string>()
    for (const [name, file] of Object.entries(files)) {
      const id = decodeChannelId(name)
      if (Either.isLeft(id)) {
        this.complain(["channels", name], nameRule)
        continue
      }
      const twin = chats.get(file.chat.toLowerCase())
      if (twin !== undefined)
        this.complain(
          ["channels", name, "chat"],
          `is the chat of channel ${twin} as well; a chat has one channel`
        )
      chats.set(file.chat.toLowerCase(), name)
      channels.set(
        id.right,
        channelOf(
          id.right,
          file,
          file.logChat ?? logChat,
          Arr.map(file.template, (look) => this.template(name, look))
        )
      )
      this.words(["channels", name], file, "channel")
      this.logChat(["channels", name, "logChat"], file.logChat, files)
      for (const [key, message] of choiceFaults(file)) this.complain(["channels", name, key], message)
      this.patterns(["channels", name, "where"], file.where)
    }
    this.logChat(["logChat"], logChat, files)
    return channels
  }

  private logChat(path: Path, chat: string | undefined, files: CatalogFile["channels"]): void {
    const [shown] =
      Object.entries(files).find(([, file]) => file.chat.toLowerCase() === chat?.toLowerCase()) ?? []
    if (shown !== undefined)
      this.complain(path, `is the chat of channel ${shown}: its readers would see the copies`)
  }

  private words(at: Path, file: Worded, of: "source" | "channel"): void {
    for (const [path, message] of wordFaults(file, this.checkWords, of))
      this.complain([...at, ...path], message)
  }

  private template(channel: string, name: string): Channel["template"] {
    if (isBuiltIn(name)) return { _tag: "BuiltIn", name }
    const text = this.readTemplate(name)
    if (Either.isRight(text)) return { _tag: "File", path: name, text: text.right }
    const { line, message } = text.left
    if (line > 0) this.faults.push({ file: name, line, message })
    else
      this.complain(
        ["channels", channel, "template"],
        `${name}: ${message}; built in are ${builtInTemplates.join(", ")}`
      )
    return { _tag: "BuiltIn", name: "article" }
  }

  sources(files: CatalogFile["sources"], channels: ReadonlyMap<ChannelId, Channel>): Map<SourceId, Source> {
    const sources = new Map<SourceId, Source>()
    for (const [name, file] of Object.entries(files)) {
      const id = decodeSourceId(name)
      if (Either.isLeft(id)) {
        this.complain(["sources", name], nameRule)
        continue
      }
      this.words(["sources", name], file, "source")
      for (const [key, message] of keyFaults(file)) this.complain(["sources", name, key], message)
      this.patterns(["sources", name, "where"], file.where)
      const to = this.targets(name, file.to, channels)
      sources.set(id.right, sourceOf(id.right, file, to))
    }
    return sources
  }

  /** Of what only the newest are listed, nothing is ever known to be gone. */
  gone(channels: ReadonlyMap<ChannelId, Channel>, sources: ReadonlyMap<SourceId, Source>): void {
    for (const { id, events } of channels.values()) {
      if (!events.includes("gone")) continue
      const own = [...sources.values()].filter(({ to }) => to.includes(id))
      if (own.length === 0 || own.some(listsAll)) continue
      this.complain(
        ["channels", id, "events", events.indexOf("gone")],
        "none of its sources lists all that it has, so nothing is known to be gone; where one does, say lists: all there"
      )
    }
  }

  mutes({ alerts, channels, sources }: CatalogFile): void {
    for (const [index, message] of muteFaults(alerts, Object.keys(channels), Object.keys(sources)))
      this.complain(["alerts", "mute", index], message)
  }

  private targets(
    source: string,
    names: ReadonlyArray<string>,
    channels: ReadonlyMap<ChannelId, Channel>
  ): ReadonlyArray<ChannelId> {
    return names.flatMap((name, index) => {
      const id = isIn(channels, name) ? name : undefined
      if (id === undefined) {
        this.complain(
          ["sources", source, "to", index],
          `names channel "${name}", which is not under channels (${[...channels.keys()].join(", ")})`
        )
      } else if (names.indexOf(name) < index) {
        this.complain(["sources", source, "to", index], `names channel "${name}" twice`)
      }
      return id === undefined ? [] : [id]
    })
  }

  private patterns(path: Path, where: Filter | undefined): void {
    for (const key of ["pattern", "notPattern"] as const) this.pattern([...path, key], where?.[key])
  }

  private pattern(path: Path, pattern: string | undefined): void {
    if (pattern === undefined) return
    try {
      RE2JS.compile(pattern)
    } catch (cause) {
      this.complain(path, `is not an RE2 pattern: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
}
