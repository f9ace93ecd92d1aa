/**
 * How an event becomes the text that the chain covers: one text for one event, on one line, that no name typed by a
 * person can bend into another entry.
 */

/** Longer texts are cut: an entry says what happened, it is not a place to store what somebody sent. */
const textLengthMax = 1024

/**
 * Controls, line and paragraph separators, bidirectional and zero-width characters, unpaired surrogates: everything
 * that could break a line or make it read differently than it is stored.
 */
const deceiving =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this expression looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * The text with every deceiving character written out as `\u202e`, visible to whoever reads the entry, and cut at
 * 1024 characters.
 *
 * @see SEC-215
 */
export function encodeText(text: string): string {
  const cut = text.length > textLengthMax ? `${text.slice(0, textLengthMax - 1)}…` : text
  return cut.replace(deceiving, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * The value as JSON with sorted names, no blanks, instants as ISO text in UTC, and texts encoded. Members that are
 * `undefined` are left out. Throws on what has no canonical form (functions, bigint, NaN) and on a name that promises
 * a secret, so that a careless caller fails in its first test instead of writing a password for good.
 *
 * @see SEC-211, SEC-213 (canonical JSON, as RFC 8785 orders it)
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'string') return JSON.stringify(encodeText(value))
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('a number in an audit event is not finite')
    return JSON.stringify(value)
  }
  if (value instanceof Date) return JSON.stringify(value.toISOString())
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`
  }
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
      .map(([name, member]) => `${JSON.stringify(encodeText(refuseSecret(name, member)))}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  throw new Error(`an audit event holds a ${typeof value}`)
}

/** Whole names of members that hold, or seal, or hash, a secret somewhere in this product. */
const secretNames = new Set(
  [
    'password',
    'newPassword',
    'oldPassword',
    'passwordHash',
    'secret',
    'secretSealed',
    'payloadSealed',
    'dataSealed',
    'code',
    'codeHash',
    'pass',
    'passHash',
    'temporaryAccessPass',
    'token',
    'tokenHash',
    'cookie',
    'authorization',
    'answer',
    'privateKey',
  ].map((name) => name.toLowerCase()),
)

/** A group of settings may carry such a name (what a policy says about a method); a text or number may not. */
function refuseSecret(name: string, member: unknown): string {
  const isPlain = typeof member === 'string' || typeof member === 'number'
  if (isPlain && secretNames.has(name.toLowerCase())) throw new Error(`an audit event must not hold ${name}`)
  return name
}
