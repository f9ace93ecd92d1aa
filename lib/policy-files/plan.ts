import type { NamedLocationDocument, PolicyDocument, StrengthInput } from '@/lib/conditional-access/model'
import type { RangeNotice } from '@/lib/conditional-access/network'
import { notesAbout, type PolicyNote } from '@/lib/conditional-access/notes'
import { concernsAbout, isIpLocation, locationBody } from '@/lib/conditional-access/read-location'
import { limits } from '@/lib/limits'
import { judgeLocation, judgeStrength } from './judge-others'
import { judgePolicy, type Resolve } from './judge-policy'
import {
  type Choices,
  type Item,
  type ItemChoice,
  type LeftOut,
  loudReasons,
  type Path,
  type Reference,
  type Refused,
} from './model'
import { type Json, memberName, placeWithin, readJson, spanOf } from './read-json'
import { referenceKey } from './references'
import { at, textAt } from './split'

/** What of the things that items name exists here, and what is stored already. */
export type Here = {
  /** `referenceKey` of everything that exists. */
  readonly known: ReadonlySet<string>
  readonly policies: readonly { readonly id: string; readonly displayName: string }[]
  readonly locations: readonly {
    readonly id: string
    readonly displayName: string
    readonly document: NamedLocationDocument
  }[]
  /** Built-in ones, too. */
  readonly strengths: readonly {
    readonly id: string
    readonly displayName: string
    readonly allowedCombinations: readonly string[]
    readonly isCustom: boolean
  }[]
  readonly trustedProxies: readonly string[]
}

type Planned = {
  readonly item: Item
  readonly name: string
  readonly leftOut: readonly LeftOut[]
  readonly refused: Refused | null
  /** Whether it will be made, by choice or as proposed. */
  readonly isTaken: boolean
  readonly isTakeable: boolean
  /** Something of this name is here already, or comes earlier in the same upload. */
  readonly hasNameTwin: boolean
}

/**
 * `asIs`: all of it. `changed`: with reasons why it is not the same, or does not work, here; only switched off. `waiting`: names things
 * somebody must decide about first.
 */
export type PolicyOutcome = 'asIs' | 'changed' | 'waiting' | 'refused'
export type PlannedPolicy = Planned & {
  readonly kind: 'policy'
  readonly outcome: PolicyOutcome
  readonly stateInFile: PolicyDocument['state'] | null
  readonly isReportOnly: boolean
  /** As it will be stored; what it names among the new things still has the id of the file. */
  readonly document: PolicyDocument | null
  readonly templateId: string | null
  readonly notes: readonly PolicyNote[]
  readonly undecided: readonly Reference[]
  readonly references: readonly Reference[]
  readonly isHere: boolean
}
export type PlannedLocation = Planned & {
  readonly kind: 'location'
  readonly document: NamedLocationDocument | null
  readonly notices: readonly RangeNotice[]
  /** The id of the same location here, which is used instead of making another one. */
  readonly sameId: string | null
  readonly fileId: string | null
  readonly isTrustedInFile: boolean
  /** False where trusting it needs more than a tick. */
  readonly mayTrust: boolean
  readonly isTrusted: boolean
}
export type PlannedStrength = Planned & {
  readonly kind: 'strength'
  readonly document: StrengthInput | null
  readonly sameId: string | null
  readonly fileId: string | null
}
export type PlannedUnknown = Planned & { readonly kind: 'unknown' }
export type PlannedItem = PlannedPolicy | PlannedLocation | PlannedStrength | PlannedUnknown

/** Something that policies name and that is not here, with everybody who names it. */
export type OpenReference = Reference & {
  /** The id chosen for it, `null` for leaving it out, `undefined` while nobody has decided. */
  readonly to: string | null | undefined
  readonly nameInFile: string | null
  readonly includedBy: readonly string[]
  readonly excludedBy: readonly string[]
}

export type Plan = {
  readonly items: readonly PlannedItem[]
  readonly references: readonly OpenReference[]
  /** How many would be made, and how many too many that is. */
  readonly taken: { readonly policies: number; readonly locations: number; readonly strengths: number }
  readonly tooMany: { readonly policies: number; readonly locations: number; readonly strengths: number }
}

/**
 * What importing these items would do, with what is here and was chosen so far: the dry run. The import itself makes the same
 * plan again in its transaction, so that both say the same or the import says that something has changed.
 */
export function planImport(items: readonly Item[], choices: Choices, here: Here): Plan {
  const chosen = new Map(choices.items.map((choice) => [choice.number, choice]))
  const read = items.map((item) => ({ item, value: valueIn(item) }))
  const names = nameTwins(here)
  const locations = read.flatMap(({ item, value }) =>
    item.kind === 'location' ? [planLocation(item, value, chosen.get(item.number), here, names)] : [],
  )
  const strengths = read.flatMap(({ item, value }) =>
    item.kind === 'strength' ? [planStrength(item, value, chosen.get(item.number), here, names)] : [],
  )
  const resolve = resolver(choices, here, [...locations, ...strengths])
  const policies = read.flatMap(({ item, value }) =>
    item.kind === 'policy' ? [planPolicy(item, value, chosen.get(item.number), here, names, resolve)] : [],
  )
  const unknown = read.flatMap(({ item, value }) => (item.kind === 'unknown' ? [planUnknown(item, value)] : []))
  const planned: PlannedItem[] = [...policies, ...locations, ...strengths, ...unknown]
  const count = (kind: PlannedItem['kind']) => planned.filter((each) => each.kind === kind && each.isTaken).length
  const taken = { policies: count('policy'), locations: count('location'), strengths: count('strength') }
  const bounds = limits.conditionalAccess
  const over = (have: number, more: number, max: number) => (more === 0 ? 0 : Math.max(0, have + more - max))
  return {
    items: planned,
    references: openReferences(policies, choices, resolve, read),
    taken,
    tooMany: {
      policies: over(here.policies.length, taken.policies, bounds.policiesMax),
      locations: over(here.locations.length, taken.locations, bounds.namedLocationsMax),
      strengths: over(
        here.strengths.filter(({ isCustom }) => isCustom).length,
        taken.strengths,
        bounds.customStrengthsMax,
      ),
    },
  }
}

/** What a name in a file stands for: what was chosen, what comes with the upload, or what has that very id here. */
function resolver(choices: Choices, { known }: Here, made: readonly (PlannedLocation | PlannedStrength)[]): Resolve {
  const targets = new Map<string, string | null>()
  for (const { kind, sameId, fileId, isTaken } of made) {
    const key = fileId && referenceKey(kind, fileId)
    if (key && !targets.has(key) && (isTaken || sameId)) targets.set(key, isTaken ? fileId : sameId)
  }
  // A choice can rest on something that is gone meanwhile: then nothing was chosen.
  for (const { kind, value, to } of choices.references)
    if (to === null || known.has(referenceKey(kind, to))) targets.set(referenceKey(kind, value), to)
  return (kind, value) => {
    const key = referenceKey(kind, value)
    const target = targets.get(key)
    if (target !== undefined) return { to: target }
    return known.has(key) ? { to: value.trim().toLowerCase() } : 'undecided'
  }
}

function planPolicy(
  item: Item,
  value: Json,
  choice: ItemChoice | undefined,
  here: Here,
  isTwin: (kind: string, name: string) => boolean,
  resolve: Resolve,
): PlannedPolicy {
  const judged = judgePolicy(value, resolve)
  const refused = refusedAt(item, judged.refusal)
  const notes = judged.document ? notesAbout(judged.document) : []
  const isLoud = judged.leftOut.some(({ reason }) => loudReasons.some((loud) => loud === reason))
  // What a browser says of its platform is a remark; everything else is a reason why the policy does not work here.
  const isReduced = isLoud || notes.some((note) => note !== 'platform')
  const isWaiting = judged.undecided.length > 0
  const outcome = refused ? 'refused' : isWaiting ? 'waiting' : isReduced ? 'changed' : 'asIs'
  const isTakeable = outcome === 'asIs' || outcome === 'changed'
  const name = judged.document?.displayName ?? textAt(value, 'displayName')?.trim() ?? ''
  const hasNameTwin = isTwin('policy', name)
  const isReportOnly = outcome === 'asIs' && choice?.isReportOnly === true
  const id = textAt(value, 'id')?.toLowerCase()
  return {
    ...{ kind: 'policy', item, name, refused, outcome, isTakeable, hasNameTwin, isReportOnly, notes },
    leftOut: judged.leftOut,
    isTaken: isTakeable && (choice?.isTaken ?? !hasNameTwin),
    stateInFile: judged.document?.state ?? null,
    document: judged.document && {
      ...judged.document,
      state: isReportOnly ? 'enabledForReportingButNotEnforced' : 'disabled',
    },
    templateId: judged.templateId,
    undecided: judged.undecided,
    references: judged.references,
    isHere: here.policies.some((policy) => policy.id === id),
  }
}

function planLocation(
  item: Item,
  value: Json,
  choice: ItemChoice | undefined,
  here: Here,
  isTwin: (kind: string, name: string) => boolean,
): PlannedLocation {
  const { document, leftOut, refusal, notices } = judgeLocation(value)
  const refused = refusedAt(item, refusal)
  const fileId = idOf(value)
  const name = document?.displayName ?? textAt(value, 'displayName')?.trim() ?? ''
  const sameId = document && sameLocation(document, fileId, here)
  const isTrustedInFile = document !== null && isTrusted(document)
  const mayTrust = document !== null && isTrustedInFile && concernsAbout(document, here.trustedProxies).length === 0
  const trusted = mayTrust && choice?.isTrusted === true
  const hasNameTwin = isTwin('location', name)
  return {
    ...{ kind: 'location', item, name, leftOut, refused, notices, sameId, fileId, isTrustedInFile, mayTrust },
    ...{ hasNameTwin, isTakeable: document !== null, isTrusted: trusted },
    document: document && ('isTrusted' in document ? { ...document, isTrusted: trusted } : document),
    isTaken: document !== null && (choice?.isTaken ?? sameId === null),
  }
}

function planStrength(
  item: Item,
  value: Json,
  choice: ItemChoice | undefined,
  here: Here,
  isTwin: (kind: string, name: string) => boolean,
): PlannedStrength {
  const { document, leftOut, refusal } = judgeStrength(value)
  const fileId = idOf(value)
  const name = document?.displayName ?? textAt(value, 'displayName')?.trim() ?? ''
  const sameId = document && sameStrength(document, fileId, here)
  // A built-in one is the same everywhere and cannot be made.
  const isBuiltIn = here.strengths.some(({ id, isCustom }) => id === sameId && !isCustom)
  const isTakeable = document !== null && !isBuiltIn
  return {
    ...{ kind: 'strength', item, name, document, leftOut, sameId, fileId, isTakeable },
    refused: refusedAt(item, refusal),
    hasNameTwin: isTwin('strength', name),
    isTaken: isTakeable && (choice?.isTaken ?? sameId === null),
  }
}

function planUnknown(item: Item, value: Json): PlannedUnknown {
  const refused = { code: 'policyFiles.unknown', member: '', details: {}, place: item.place }
  const flags = { isTaken: false, isTakeable: false, hasNameTwin: false }
  return { kind: 'unknown', item, name: textAt(value, 'displayName') ?? '', leftOut: [], refused, ...flags }
}

function sameLocation(document: NamedLocationDocument, fileId: string | null, here: Here): string | null {
  const known = here.locations.find(({ id }) => id === fileId)
  if (known) return known.id
  const text = contentOf(document)
  const same = here.locations.find(
    (location) => location.displayName === document.displayName && contentOf(location.document) === text,
  )
  return same?.id ?? null
}

/** Without name and trust: the name is compared by itself, and whether to trust it is decided here. */
function contentOf(document: NamedLocationDocument): string {
  const { displayName: _name, ...rest } = locationBody(document)
  return JSON.stringify({ ...rest, isTrusted: undefined }, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )
}

function isTrusted(document: NamedLocationDocument): boolean {
  return isIpLocation<{ readonly ipRanges: unknown; readonly isTrusted: boolean }>(document) && document.isTrusted
}

function sameStrength(document: StrengthInput, fileId: string | null, here: Here): string | null {
  const known = here.strengths.find(({ id }) => id === fileId)
  if (known) return known.id
  const text = [...document.allowedCombinations].sort().join(' ')
  const same = here.strengths.find(
    ({ displayName, allowedCombinations }) =>
      displayName === document.displayName && [...allowedCombinations].sort().join(' ') === text,
  )
  return same?.id ?? null
}

function idOf(value: Json): string | null {
  const id = textAt(value, 'id')?.toLowerCase()
  return id !== undefined && /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id) ? id : null
}

/** Says of each name whether it was there before: here, or earlier in the upload. */
function nameTwins(here: Here): (kind: string, name: string) => boolean {
  const seen = new Set<string>()
  const note = (kind: string, name: string) => {
    const key = `${kind} ${name.trim().toLowerCase()}`
    const isThere = seen.has(key)
    seen.add(key)
    return isThere
  }
  for (const { displayName } of here.policies) note('policy', displayName)
  for (const { displayName } of here.locations) note('location', displayName)
  for (const { displayName } of here.strengths) note('strength', displayName)
  return note
}

function openReferences(
  policies: readonly PlannedPolicy[],
  choices: Choices,
  resolve: Resolve,
  read: readonly { readonly item: Item; readonly value: Json }[],
): readonly OpenReference[] {
  const decided = new Set(choices.references.map(({ kind, value }) => referenceKey(kind, value)))
  const open = new Map<string, Reference & { includedBy: string[]; excludedBy: string[]; nameInFile: string | null }>()
  const values = new Map(read.map(({ item, value }) => [item.number, value]))
  for (const { references, name, item, outcome } of policies) {
    const value = values.get(item.number) ?? null
    for (const reference of references) {
      const key = referenceKey(reference.kind, reference.value)
      const isOpen = decided.has(key) || resolve(reference.kind, reference.value) === 'undecided'
      // A decision can be what refuses the policy: it stays to be taken back.
      if (!isOpen || (outcome === 'refused' && !decided.has(key))) continue
      const entry = open.get(key) ?? { ...reference, includedBy: [], excludedBy: [], nameInFile: null }
      open.set(key, entry)
      const list = isExcluded(value, reference) ? entry.excludedBy : entry.includedBy
      list.push(name)
      if (reference.kind === 'strength')
        entry.nameInFile ??= textAt(at(value, ['grantControls', 'authenticationStrength']), 'displayName') ?? null
    }
  }
  return [...open.values()].map((entry) => {
    const resolved = resolve(entry.kind, entry.value)
    return { ...entry, to: resolved === 'undecided' ? undefined : resolved.to }
  })
}

function isExcluded(policy: Json, { kind, value }: Reference): boolean {
  const lists: Partial<Record<Reference['kind'], Path>> = {
    user: ['conditions', 'users', 'excludeUsers'],
    group: ['conditions', 'users', 'excludeGroups'],
    role: ['conditions', 'users', 'excludeRoles'],
    application: ['conditions', 'applications', 'excludeApplications'],
    location: ['conditions', 'locations', 'excludeLocations'],
  }
  const list = at(policy, lists[kind] ?? [])
  return Array.isArray(list) && list.includes(value)
}

function refusedAt(
  item: Item,
  refusal: { readonly code: string; readonly path: Path; readonly details: Refused['details'] } | null,
): Refused | null {
  if (!refusal) return null
  const place = placeWithin(item.place, spanOf(item.source, refusal.path).place)
  return { code: refusal.code, member: memberName(refusal.path), details: refusal.details, place }
}

/** The item was read when it was uploaded; what cannot be read any more is nothing. */
function valueIn({ source }: Item): Json {
  const read = readJson(source)
  return 'value' in read ? read.value : null
}
