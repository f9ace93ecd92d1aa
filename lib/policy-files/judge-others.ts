import {
  type ConditionalAccessFailureCode,
  countryNamedLocationType,
  ipNamedLocationType,
  type NamedLocationDocument,
  type StrengthInput,
  strengthInputSchema,
} from '@/lib/conditional-access/model'
import type { RangeNotice } from '@/lib/conditional-access/network'
import { locationBody, readLocation } from '@/lib/conditional-access/read-location'
import type { FailureDetails } from '@/lib/result'
import { differences } from './differences'
import { type LeftOut, type LeftOutReason, type Path, shortened } from './model'
import { type Json, memberName } from './read-json'

type Refusal = {
  readonly code: ConditionalAccessFailureCode
  readonly path: Path
  readonly details: FailureDetails
}
type Judged<Document> = {
  readonly document: Document | null
  readonly leftOut: readonly LeftOut[]
  readonly refusal: Refusal | null
}

export type JudgedLocation = Judged<NamedLocationDocument> & { readonly notices: readonly RangeNotice[] }
export type JudgedStrength = Judged<StrengthInput>

const readOnlyMembers = ['id', 'createdDateTime', 'modifiedDateTime', 'deletedDateTime']
/** Each round takes one unknown member out. */
const roundsMax = 50

/**
 * Reads a named location of another tenant with the reader of the form. Without a type the members say which kind it is; a
 * member that is unknown here is taken out and named, everything else that cannot be read refuses the location.
 *
 * @see `70` §7.4
 */
export function judgeLocation(raw: Json): JudgedLocation {
  const lost: LeftOut[] = []
  const given = setAside(raw, lost, (name, path) => name.includes('@') && !(name === '@odata.type' && isTyped(path)))
  if (!given)
    return { document: null, leftOut: lost, refusal: invalid('conditionalAccess.invalid_location'), notices: [] }
  given['@odata.type'] ??= 'countriesAndRegions' in given ? countryNamedLocationType : ipNamedLocationType
  for (let round = 0; round < roundsMax; round++) {
    const read = readLocation(given)
    if (read.ok) {
      const { document, notices } = read.value
      const { ipRanges: _ranges, ...rest } = given
      lost.push(...lostBetween(rest, locationBody(document)))
      return { document, leftOut: lost, refusal: null, notices }
    }
    const { code, field = '', details = {} } = read.failure
    const isUnknown = code === 'conditionalAccess.unsupported_member' && !knownMembers.has(field.split('.')[0] ?? '')
    if (!isUnknown || !(field in given)) {
      const path = field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
      return { document: null, leftOut: lost, refusal: { code, path: field ? path : [], details }, notices: [] }
    }
    takeOut(given, field, lost)
  }
  return { document: null, leftOut: lost, refusal: invalid('conditionalAccess.invalid_location'), notices: [] }
}

const knownMembers = new Set(['@odata.type', 'ipRanges', 'countryLookupMethod', 'countriesAndRegions'])
/** The location itself and each of its ranges say what they are. */
const isTyped = (path: Path) => path.length === 0 || (path.length === 2 && path[0] === 'ipRanges')

/** Reads a custom strength. What belongs to the other tenant, or is worked out here, is named as left out. */
export function judgeStrength(raw: Json): JudgedStrength {
  const lost: LeftOut[] = []
  const given = setAside(raw, lost, (name) => name.includes('@'))
  if (!given) return { document: null, leftOut: lost, refusal: invalid('conditionalAccess.invalid_strength') }
  for (const name of ['policyType', 'requirementsSatisfied'])
    if (name in given) {
      lost.push(aLoss([name], given[name], 'readOnly'))
      delete given[name]
    }
  for (const name of Object.keys(given))
    if (!['displayName', 'description', 'allowedCombinations'].includes(name)) takeOut(given, name, lost)
  const parsed = strengthInputSchema.safeParse(given)
  if (!parsed.success) {
    const path = (parsed.error.issues[0]?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)))
    return { document: null, leftOut: lost, refusal: invalid('conditionalAccess.invalid_strength', path) }
  }
  return { document: parsed.data, leftOut: [...lost, ...lostBetween(given, parsed.data)], refusal: null }
}

type Members = Record<string, unknown>

/** A copy without annotations and read-only members, which are named; null when it is no object. */
function setAside(raw: Json, lost: LeftOut[], isAnnotation: (name: string, path: Path) => boolean): Members | null {
  const strip = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((member, index) => strip(member, [...path, index]))
    if (typeof value !== 'object' || value === null) return value
    const members: Members = {}
    for (const [name, member] of Object.entries(value)) {
      const at = [...path, name]
      if (isAnnotation(name, path)) lost.push(aLoss(at, member, 'annotation'))
      else if (path.length === 0 && readOnlyMembers.includes(name)) lost.push(aLoss(at, member, 'readOnly'))
      else members[name] = strip(member, at)
    }
    return members
  }
  const stripped = strip(raw, [])
  return typeof stripped === 'object' && stripped !== null && !Array.isArray(stripped) ? (stripped as Members) : null
}

function takeOut(given: Members, name: string, lost: LeftOut[]): void {
  const value = given[name]
  const isNothing = value === null || (Array.isArray(value) && value.length === 0)
  lost.push(aLoss([name], value, isNothing ? 'empty' : 'unsupported'))
  delete given[name]
}

function lostBetween(given: unknown, taken: unknown): readonly LeftOut[] {
  return differences(given, taken).map(({ path, value, reason }) => aLoss(path, value, reason))
}

function aLoss(path: Path, value: unknown, reason: LeftOutReason): LeftOut {
  const effect = reason === 'unsupported' ? 'unclear' : 'none'
  return { member: memberName(path), value: shortened(JSON.stringify(value) ?? 'null', 120), reason, effect }
}

function invalid(code: ConditionalAccessFailureCode, path: Path = []): Refusal {
  return { code, path, details: {} }
}
