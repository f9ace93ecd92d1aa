/**
 * The rule language of device filters: `device.isCompliant -eq True -and device.model -startsWith "Surface"`. A rule is
 * read into a small tree once and asked for each device. Pure; errors name the character.
 *
 * @see `30` §1, Graph conditionalAccessFilter
 */

const texts = [
  'deviceId',
  'displayName',
  'deviceOwnership',
  'manufacturer',
  'mdmAppId',
  'model',
  'operatingSystem',
  'operatingSystemVersion',
  'profileType',
  'trustType',
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
] as const
const truths = ['isCompliant'] as const
const lists = ['physicalIds', 'systemLabels'] as const

/** What a source says of a device, by the language's names. Absent and null are the same: nothing is known. */
export type DeviceAttributes = Readonly<Record<string, string | boolean | readonly string[] | null | undefined>>

export type DeviceFilter = (device: DeviceAttributes) => boolean
/** Where reading stopped: characters from 1, what stood there (empty at the end), what was expected. */
export type FilterTrouble = { readonly position: number; readonly found: string; readonly expected: Expected }
export type Expected = 'attribute' | 'operator' | 'value' | 'closing' | 'end' | 'lessNesting'

/** Deeper rules are not written by people, and would exhaust the stack. */
const nestingMax = 64

/** Reads a rule, or says where and why it is none. */
export function readDeviceFilter(
  rule: string,
): { readonly ok: true; readonly matches: DeviceFilter } | { readonly ok: false; readonly trouble: FilterTrouble } {
  try {
    const reader = new Reader(tokensOf(rule), rule.length)
    const matches = either(reader, 0)
    if (reader.next.kind !== 'end') reader.refuse('end')
    return { ok: true, matches }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, trouble: error.trouble }
    throw error
  }
}

type Token = {
  readonly kind: 'word' | 'operator' | 'text' | 'mark' | 'unknown' | 'end'
  /** As written; of a text its content. */
  readonly text: string
  readonly at: number
}

class Unreadable extends Error {
  constructor(readonly trouble: FilterTrouble) {
    super('unreadable device filter')
  }
}

class Reader {
  private place = 0
  constructor(
    private readonly tokens: readonly Token[],
    private readonly length: number,
  ) {}

  get next(): Token {
    return this.tokens[this.place] ?? { kind: 'end', text: '', at: this.length }
  }

  take(): Token {
    const token = this.next
    this.place += 1
    return token
  }

  /** Takes the next token when it is this operator or mark. */
  takes(text: string): boolean {
    const { kind, text: found } = this.next
    const isIt = (kind === 'operator' || kind === 'mark') && found.toLowerCase() === text
    if (isIt) this.place += 1
    return isIt
  }

  refuse(expected: Expected): never {
    const { at, text } = this.next
    throw new Unreadable({ position: at + 1, found: text.slice(0, 32), expected })
  }
}

const tokenPattern = /\s+|"((?:[^"`]|`.)*)"|(-[A-Za-z]+)|([A-Za-z_][\w.]*)|([()[\],])|([\s\S])/gy

function tokensOf(rule: string): Token[] {
  return [...rule.matchAll(tokenPattern)].flatMap((match): Token[] => {
    const [whole, text, operator, word, mark] = match
    const at = match.index
    if (text !== undefined) return [{ kind: 'text', text: text.replaceAll(/`(.)/g, '$1'), at }]
    if (operator) return [{ kind: 'operator', text: operator, at }]
    if (word) return [{ kind: 'word', text: word, at }]
    if (mark) return [{ kind: 'mark', text: mark, at }]
    return whole.trim() === '' ? [] : [{ kind: 'unknown', text: whole, at }]
  })
}

/** `-or` binds least, then `-and`, then `-not`. */
function either(reader: Reader, depth: number): DeviceFilter {
  const parts = [both(reader, depth)]
  while (reader.takes('-or')) parts.push(both(reader, depth))
  const [only] = parts
  return parts.length === 1 && only ? only : (device) => parts.some((part) => part(device))
}

function both(reader: Reader, depth: number): DeviceFilter {
  const parts = [single(reader, depth)]
  while (reader.takes('-and')) parts.push(single(reader, depth))
  const [only] = parts
  return parts.length === 1 && only ? only : (device) => parts.every((part) => part(device))
}

function single(reader: Reader, depth: number): DeviceFilter {
  if (depth >= nestingMax) reader.refuse('lessNesting')
  if (reader.takes('-not')) {
    const negated = single(reader, depth + 1)
    return (device) => !negated(device)
  }
  if (!reader.takes('(')) return comparison(reader)
  const inner = either(reader, depth + 1)
  if (!reader.takes(')')) reader.refuse('closing')
  return inner
}

const attributes = new Map<string, { readonly name: string; readonly type: 'text' | 'truth' | 'list' }>([
  ...texts.map((name) => [`device.${name}`.toLowerCase(), { name, type: 'text' }] as const),
  ...truths.map((name) => [`device.${name}`.toLowerCase(), { name, type: 'truth' }] as const),
  ...lists.map((name) => [`device.${name}`.toLowerCase(), { name, type: 'list' }] as const),
])

/** The attribute of this name that is a text, in the language's spelling, without `device.`; null where there is none. */
export function deviceAttribute(name: string): string | null {
  const found = attributes.get(`device.${name.replace(/^device\./i, '')}`.toLowerCase())
  return found?.type === 'text' ? found.name : null
}

/**
 * Each positive operator and the negative one that is its opposite. What is not known is null: no positive operator
 * matches it, but for `-eq null`, and so every negative one does.
 */
const opposites: Readonly<Record<string, string>> = {
  '-ne': '-eq',
  '-notstartswith': '-startswith',
  '-notendswith': '-endswith',
  '-notcontains': '-contains',
  '-notin': '-in',
}
const operatorsOf = {
  text: ['-eq', '-startswith', '-endswith', '-contains', '-in'],
  truth: ['-eq'],
  list: ['-contains'],
} as const

function comparison(reader: Reader): DeviceFilter {
  const attribute = reader.next.kind === 'word' ? attributes.get(reader.next.text.toLowerCase()) : undefined
  if (!attribute) reader.refuse('attribute')
  reader.take()
  const written = reader.next.kind === 'operator' ? reader.next.text.toLowerCase() : ''
  const isNegative = written in opposites
  const operator = opposites[written] ?? written
  if (!operatorsOf[attribute.type].some((known) => known === operator)) reader.refuse('operator')
  reader.take()
  const positive = test(reader, attribute, operator)
  return isNegative ? (device) => !positive(device) : positive
}

function test(
  reader: Reader,
  { name, type }: { readonly name: string; readonly type: 'text' | 'truth' | 'list' },
  operator: string,
): DeviceFilter {
  if (operator === '-in') {
    const wanted = textsIn(reader)
    return (device) => {
      const value = textOf(device[name])
      return value !== null && wanted.includes(value)
    }
  }
  if (operator === '-eq' && isNext(reader, 'null')) {
    reader.take()
    return (device) => device[name] === null || device[name] === undefined
  }
  if (type === 'truth') {
    const isTrue = isNext(reader, 'true')
    if (!isTrue && !isNext(reader, 'false')) reader.refuse('value')
    reader.take()
    return (device) => device[name] === isTrue
  }
  const wanted = textIn(reader)
  if (type === 'list')
    return (device) => {
      const members = device[name]
      return Array.isArray(members) && members.some((member) => textOf(member) === wanted)
    }
  return (device) => {
    const value = textOf(device[name])
    if (value === null) return false
    if (operator === '-startswith') return value.startsWith(wanted)
    if (operator === '-endswith') return value.endsWith(wanted)
    return operator === '-contains' ? value.includes(wanted) : value === wanted
  }
}

/** `"a"`, or several in brackets or parentheses. */
function textsIn(reader: Reader): readonly string[] {
  const end = reader.takes('[') ? ']' : reader.takes('(') ? ')' : null
  const wanted = [textIn(reader)]
  if (end === null) return wanted
  while (reader.takes(',')) wanted.push(textIn(reader))
  if (!reader.takes(end)) reader.refuse('closing')
  return wanted
}

function textIn(reader: Reader): string {
  if (reader.next.kind !== 'text') reader.refuse('value')
  return reader.take().text.toLowerCase()
}

function isNext(reader: Reader, word: string): boolean {
  return reader.next.kind === 'word' && reader.next.text.toLowerCase() === word
}

/** Texts are compared without regard to case. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value.toLowerCase() : null
}
