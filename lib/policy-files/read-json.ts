import { limits } from '@/lib/limits'
import { type FileTrouble, type Path, type Place, shortened } from './model'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export type JsonTrouble = {
  readonly trouble: FileTrouble
  readonly place: Place
  readonly found: string | null
}
export type ReadJson = { readonly value: Json } | JsonTrouble

/**
 * Reads JSON by RFC 8259, stricter than `JSON.parse` where that would hide something: a member that is there twice, a
 * name that reaches into JavaScript's own objects, half a surrogate pair, a number without end, or nesting deeper than
 * any policy are troubles with their place.
 *
 * @see SEC-272
 */
export function readJson(text: string): ReadJson {
  return new Reader(text, null).read()
}

export type Span = { readonly start: number; readonly end: number; readonly place: Place }

/** Where the value at `path` stands in a text that was read, or the nearest one around it that exists. */
export function spanOf(text: string, path: Path): Span {
  const reader = new Reader(text, path)
  reader.read()
  const { start, end } = reader.nearest
  return { start, end, place: placesIn(text)(start) }
}

/**
 * Reads as `readJson` and keeps where the values near the root stand: `spanAt` knows the root, and the first thousands of its
 * members and of those in its `value`.
 */
export function readJsonWithSpans(
  text: string,
): { readonly value: Json; readonly spanAt: (path: Path) => Span | null } | JsonTrouble {
  const spans = new Map<string, readonly [number, number]>()
  const read = new Reader(text, null, spans).read()
  if ('trouble' in read) return read
  const placeOf = placesIn(text)
  return {
    value: read.value,
    spanAt: (path) => {
      const [start, end] = spans.get(JSON.stringify(path)) ?? []
      return start === undefined || end === undefined ? null : { start, end, place: placeOf(start) }
    },
  }
}
const spansMax = 4 * limits.policyFiles.itemsMax

/** The place in the whole file of something inside a part of it that begins at `outer`. */
export function placeWithin(outer: Place, inner: Place): Place {
  const isFirstLine = inner.line === 1
  return { line: outer.line + inner.line - 1, column: isFirstLine ? outer.column + inner.column - 1 : inner.column }
}

/** The member as people write it: `conditions.users.includeUsers[2]`. */
export function memberName(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

/** Line and column of an offset, both from one; columns count as editors of JSON do, in UTF-16 units. */
function placesIn(text: string): (offset: number) => Place {
  const begins = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) begins.push(at + 1)
  return (offset) => {
    let low = 0
    let high = begins.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((begins[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (begins[low] ?? 0) + 1 }
  }
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
const whole = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** Everything but quotation mark, backslash and control characters. */
const plain = /[ !#-[\]-\uffff]*/y
const escapes: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
}

class Stop extends Error {
  constructor(
    readonly trouble: FileTrouble,
    readonly at: number,
  ) {
    super(trouble)
  }
}

class Reader {
  private at = 0
  /** How many parts of `wanted` the value being read has in common with it; -1 once it went elsewhere. */
  private matched = 0
  private depthFound = -1
  private readonly path: (string | number)[] = []
  nearest = { start: 0, end: 0 }

  constructor(
    private readonly text: string,
    private readonly wanted: Path | null,
    private readonly spans: Map<string, readonly [number, number]> | null = null,
  ) {}

  read(): ReadJson {
    try {
      this.blank()
      const value = this.value(0)
      this.blank()
      if (this.at < this.text.length) throw new Stop('after_end', this.at)
      return { value }
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      const rest = this.text.slice(error.at, error.at + 40)
      const found = /^\S+/.exec(rest)?.[0] ?? null
      return {
        trouble: error.at >= this.text.length ? 'unfinished' : error.trouble,
        place: placesIn(this.text)(error.at),
        found: found && shortened(found, 20),
      }
    }
  }

  private value(depth: number): Json {
    if (depth > limits.policyFiles.depthMax) throw new Stop('too_deep', this.at)
    const start = this.at
    const isOnTheWay = this.wanted !== null && this.matched === depth && depth > this.depthFound
    const value = this.bare(depth)
    if (this.spans && this.isNearRoot(depth)) this.spans.set(JSON.stringify(this.path), [start, this.at])
    if (isOnTheWay && this.matched === depth && depth > this.depthFound) {
      this.depthFound = depth
      this.nearest = { start, end: this.at }
    }
    return value
  }

  /** The root, its members, and the members of a collection; what is in an object of many members is nobody's question. */
  private isNearRoot(depth: number): boolean {
    if (depth === 0) return true
    const isMember = depth === 1 || (depth === 2 && this.path[0] === 'value')
    return isMember && (this.spans?.size ?? 0) < spansMax
  }

  private bare(depth: number): Json {
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth)
      case '[':
        return this.array(depth)
      case '"':
        return this.string()
      case 't':
        return this.word('true', true)
      case 'f':
        return this.word('false', false)
      case 'n':
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  private object(depth: number): Json {
    const members: Record<string, Json> = {}
    this.at++
    this.blank()
    if (this.take('}')) return members
    for (;;) {
      const start = this.at
      if (this.text[this.at] !== '"') throw new Stop('unexpected', this.at)
      const name = this.string()
      if (forbidden.has(name)) throw new Stop('forbidden_member', start)
      if (Object.hasOwn(members, name)) throw new Stop('repeated_member', start)
      this.blank()
      if (!this.take(':')) throw new Stop('unexpected', this.at)
      this.blank()
      members[name] = this.member(depth, name)
      this.blank()
      if (this.take('}')) return members
      if (!this.take(',')) throw new Stop('unexpected', this.at)
      this.blank()
    }
  }

  private array(depth: number): Json {
    const members: Json[] = []
    this.at++
    this.blank()
    if (this.take(']')) return members
    for (;;) {
      members.push(this.member(depth, members.length))
      this.blank()
      if (this.take(']')) return members
      if (!this.take(',')) throw new Stop('unexpected', this.at)
      this.blank()
    }
  }

  private member(depth: number, part: string | number): Json {
    const before = this.matched
    this.matched = before === depth && this.wanted?.[depth] === part ? depth + 1 : -1
    this.path.push(part)
    const value = this.value(depth + 1)
    this.path.pop()
    this.matched = before
    return value
  }

  private string(): string {
    const start = this.at++
    let value = ''
    for (;;) {
      plain.lastIndex = this.at
      const run = plain.exec(this.text)?.[0] ?? ''
      value += run
      this.at += run.length
      const next = this.text[this.at]
      if (next === '"') break
      if (next !== '\\') throw new Stop(next === undefined ? 'unfinished' : 'control_character', this.at)
      value += this.escape()
    }
    this.at++
    if (!value.isWellFormed()) throw new Stop('lone_surrogate', start)
    // PostgreSQL cannot hold it, and no name or id has one.
    if (value.includes('\u0000')) throw new Stop('control_character', start)
    return value
  }

  private escape(): string {
    const kind = this.text[this.at + 1] ?? ''
    if (kind === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Stop('unexpected', this.at)
      this.at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const character = escapes[kind]
    if (character === undefined) throw new Stop('unexpected', this.at)
    this.at += 2
    return character
  }

  private number(): number {
    whole.lastIndex = this.at
    const digits = whole.exec(this.text)?.[0]
    if (digits === undefined) throw new Stop('unexpected', this.at)
    const value = Number(digits)
    if (!Number.isFinite(value)) throw new Stop('number', this.at)
    this.at += digits.length
    return value
  }

  private word<Value extends Json>(word: string, value: Value): Value {
    if (!this.text.startsWith(word, this.at)) throw new Stop('unexpected', this.at)
    this.at += word.length
    return value
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private blank(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++
  }
}
