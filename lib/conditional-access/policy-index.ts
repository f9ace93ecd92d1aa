import type { Subject } from '@/lib/directory/model'
import { addBitsOf, type BitTable, bitTable } from './bit-table'
import { addAll, type Bits, clearBit, copyWord, hasAny, meet, numberOf, setBit, takeAway } from './bits'
import type { CompiledPolicy, GrantControl, PersistentBrowserMode, PolicySet } from './compile'
import type { Context, TraceLine } from './decision'
import {
  isGuestOf,
  matchesClientApp,
  matchesDevice,
  matchesFlow,
  matchesPlatform,
  matchesRisk,
  matchesTarget,
  targetReason,
  type UnmatchedReason,
} from './match'
import { type Missing, missingSource, notApplied } from './trace'
import type { Verdicts } from './verdicts'

/**
 * Asks every condition of every policy at once: a set of policies is a row of bits, and a condition's answer is one
 * such row, kept for each value that it was asked about (`match.ts` says what matches). Only users, places and device
 * filters are asked anew each time: users and places through what each group or place brings with it.
 *
 * Of a policy that cannot be decided only its users and its target are asked; it then applies, and blocks.
 */
export type PolicyIndex = {
  readonly words: number
  readonly all: Bits
  readonly everybody: Sides
  readonly users: ReadonlyMap<string, Mentions>
  readonly groups: BitTable
  readonly roles: ReadonlyMap<string, Mentions>
  /** Policies that speak of guests, by their number. */
  readonly aboutGuests: readonly number[]
  readonly everywhere: Sides
  readonly places: readonly Sides[]
  /** Policies with a device filter. */
  readonly filters: Bits
  /** Answers of the conditions with few values, by the value; of those that some policy has. */
  readonly answers: ReadonlyMap<Condition, Map<string | null, Bits>>
  readonly targets: Readonly<Record<Context['target']['kind'], Map<string, Bits>>>
  /** The lines of all policies that a reason leaves out. */
  readonly lines: Map<string, readonly TraceLine[]>
  /** What all policies say to the same evidence: proofs come in few shapes. */
  readonly verdicts: Map<string, Verdicts>
  readonly enforced: Bits
  /** Enforced, and a block or not decidable: whoever is concerned goes no further. */
  readonly blocking: Bits
  readonly undecidable: Bits
  /** Enforced, with a strength on registering security info itself. */
  readonly strengthOnAction: Bits
  readonly namesRegistration: Bits
  readonly passwordChange: Bits
  /** Policies with a sign-in frequency. */
  readonly frequent: Bits
  /** Enforced, with a word on how long the browser keeps somebody signed in. */
  readonly persistentBrowser: Readonly<Record<PersistentBrowserMode, Bits>>
  /** Where one question is worked out; nothing of it is left for the next. */
  readonly scratch: Scratch
}

type Sides = { readonly include: Bits; readonly exclude: Bits }
/**
 * Who includes or excludes an id: a policy's number for including, and the same past all policies' words for excluding. Most ids are
 * named by few.
 */
type Mentions = number[]
type Scratch = Sides & {
  /** Both sides in one piece, as `Mentions` number them. */
  readonly both: Bits
  readonly left: Bits
  readonly devices: Bits
  readonly onAction: Bits
  readonly onResources: Bits
}

/** Answers kept at most. */
const answersMax = 256

export function indexPolicies(policies: readonly CompiledPolicy[], placeCount: number): PolicyIndex {
  const words = (policies.length + 31) >> 5
  const pastAll = words * 32
  const everybody = sidesOf(words)
  const everywhere = sidesOf(words)
  const places = Array.from({ length: placeCount }, () => sidesOf(words))
  const maps = {
    users: new Map<string, Mentions>(),
    groups: new Map<string, Mentions>(),
    roles: new Map<string, Mentions>(),
  }
  const aboutGuests: number[] = []
  for (const [number, { users, network, undecidable }] of policies.entries()) {
    if (!users) setBit(everybody.include, number)
    if (!network || undecidable !== null) setBit(everywhere.include, number)
    for (const side of ['include', 'exclude'] as const) {
      const people = users?.[side]
      if (people?.everybody) setBit(everybody[side], number)
      for (const kind of ['users', 'groups', 'roles'] as const)
        for (const id of people?.[kind] ?? [])
          mentionsOf(maps[kind], id).push(side === 'include' ? number : pastAll + number)
      if (people && (people.everyGuest || people.guests) && !aboutGuests.includes(number)) aboutGuests.push(number)
      const where = undecidable === null ? network?.[side] : undefined
      if (where?.everywhere) setBit(everywhere[side], number)
      for (const place of where?.places ?? []) {
        const known = places[place]
        if (known) setBit(known[side], number)
      }
    }
  }
  return {
    ...{ words, everybody, ...maps, groups: bitTable(maps.groups), aboutGuests, everywhere, places },
    all: bitsOf(policies, words, () => true),
    filters: bitsOf(policies, words, ({ undecidable, deviceFilter }) => undecidable === null && deviceFilter !== null),
    enforced: bitsOf(policies, words, ({ isEnforced }) => isEnforced),
    blocking: bitsOf(policies, words, (policy) => isDecidedHere(policy) && policy.controls.some(isBlock)),
    undecidable: bitsOf(policies, words, ({ isEnforced, undecidable }) => isEnforced && undecidable !== null),
    strengthOnAction: bitsOf(
      policies,
      words,
      (policy) => isDecidedHere(policy) && policy.namesRegistration && policy.controls.some(isStrength),
    ),
    namesRegistration: bitsOf(policies, words, ({ namesRegistration }) => namesRegistration),
    passwordChange: bitsOf(policies, words, ({ controls }) => controls.some(isPasswordChange)),
    frequent: bitsOf(policies, words, ({ frequency }) => frequency !== null),
    persistentBrowser: {
      always: bitsOf(policies, words, (policy) => policy.isEnforced && policy.persistentBrowser === 'always'),
      never: bitsOf(policies, words, (policy) => policy.isEnforced && policy.persistentBrowser === 'never'),
    },
    answers: new Map(
      Object.entries(hasCondition).flatMap(([condition, has]) =>
        policies.some(has) ? [[condition as Condition, new Map()] as const] : [],
      ),
    ),
    targets: { application: new Map(), userAction: new Map(), authenticationContext: new Map() },
    lines: new Map(),
    verdicts: new Map(),
    scratch: scratchOf(words),
  }
}

function isDecidedHere({ isEnforced, undecidable }: CompiledPolicy): boolean {
  return isEnforced && undecidable === null
}

export function isBlock(control: GrantControl): boolean {
  return control.kind === 'block'
}

export function isStrength(control: GrantControl): boolean {
  return control.kind === 'authenticationStrength'
}

function scratchOf(words: number): Scratch {
  const both = new Int32Array(2 * words)
  const [left, devices, onAction, onResources] = [1, 2, 3, 4].map(() => new Int32Array(words)) as [
    Bits,
    Bits,
    Bits,
    Bits,
  ]
  return { both, include: both.subarray(0, words), exclude: both.subarray(words), left, devices, onAction, onResources }
}

export function isPasswordChange(control: GrantControl): boolean {
  return control.kind === 'passwordChange'
}

/**
 * The policies that apply, by their number, and a line for each of the others with the first condition that does not
 * match, in the order of `unmatchedReasons`. The lines of those that apply are still to be written.
 */
export function sift(set: PolicySet, context: Context): Sifted {
  const { subject, target, platform, clientApp, risk, transferMethod } = context
  const { signIn, user, insider } = risk ?? noRisk
  const sieve = new Sieve(set, context)
  sieve.keep(usersOf(set, subject), 'users')
  sieve.keep(targetsOf(set, target), targetReason(target))
  sieve.keep(answerTo(set, 'platform', platform, byPlatform), 'devicePlatform', hasCondition.platform)
  sieve.keep(answerTo(set, 'client', clientApp, byClientApp), 'clientApps', hasCondition.client)
  sieve.keep(networksOf(set, context), 'location', hasNetwork)
  sieve.keep(answerTo(set, 'signIn', signIn, bySignInRisk), 'signInRisk')
  sieve.keep(answerTo(set, 'user', user, byUserRisk), 'userRisk')
  sieve.keep(answerTo(set, 'insider', insider, byInsiderRisk), 'insiderRisk')
  if (hasAny(sieve.left, set.index.filters)) sieve.keep(devicesOf(set, sieve.left, context.device ?? {}), 'devices')
  sieve.keep(answerTo(set, 'flow', transferMethod, byFlow), 'authenticationFlow')
  return { applying: sieve.left, trace: sieve.trace }
}

export type Sifted = {
  /** Only until the next question. */
  readonly applying: Bits
  readonly trace: TraceLine[]
}

/**
 * The policies that apply in two parts: those on registering security info itself, and all others. Only until the next
 * question.
 */
export function partsOf(
  { scratch, namesRegistration }: PolicyIndex,
  applying: Bits,
): Pick<Scratch, 'onAction' | 'onResources'> {
  const onAction = meet(scratch.onAction, applying, namesRegistration)
  scratch.onResources.set(applying)
  return { onAction, onResources: takeAway(scratch.onResources, namesRegistration) }
}

const noRisk = { signIn: 'none', user: 'none', insider: 'none' } as const

// Each condition with few values, of one policy and one value.
type Asked<Value> = (policy: CompiledPolicy, value: Value) => boolean
const byPlatform: Asked<Context['platform']> = ({ platforms }, value) => !platforms || matchesPlatform(platforms, value)
const byClientApp: Asked<Context['clientApp']> = (policy, value) => matchesClientApp(policy.clientAppTypes, value)
const bySignInRisk: Asked<Risks['signIn']> = (policy, value) => matchesRisk(policy.signInRiskLevels, value)
const byUserRisk: Asked<Risks['user']> = (policy, value) => matchesRisk(policy.userRiskLevels, value)
const byInsiderRisk: Asked<Risks['insider']> = (policy, value) => matchesRisk(policy.insiderRiskLevels, value)
const byFlow: Asked<Context['transferMethod']> = ({ authenticationFlows }, value) =>
  !authenticationFlows || matchesFlow(authenticationFlows, value)
type Risks = NonNullable<Context['risk']>

// Whether a policy has the condition at all.
const hasNetwork = ({ network }: CompiledPolicy) => network !== null
const hasCondition = {
  platform: ({ platforms }: CompiledPolicy) => platforms !== null,
  client: ({ clientAppTypes }: CompiledPolicy) => !clientAppTypes.includes('all'),
  signIn: ({ signInRiskLevels }: CompiledPolicy) => signInRiskLevels.length > 0,
  user: ({ userRiskLevels }: CompiledPolicy) => userRiskLevels.length > 0,
  insider: ({ insiderRiskLevels }: CompiledPolicy) => insiderRiskLevels.length > 0,
  flow: ({ authenticationFlows }: CompiledPolicy) => authenticationFlows !== null,
}
type Condition = keyof typeof hasCondition

/** What is left of the policies, and why the others are gone. */
class Sieve {
  readonly left: Bits
  readonly trace: TraceLine[]
  private readonly missing: Missing

  constructor(
    private readonly set: PolicySet,
    private readonly context: Context,
  ) {
    this.left = set.index.scratch.left
    this.left.set(set.index.all)
    this.missing = { risk: context.risk === null, device: context.device === null }
    // Most policies are about other people, so their lines stand there from the beginning.
    this.trace = linesOf(set, 'users', null).slice()
  }

  /** Keeps those that match; null: all do. Of a question that leaves the condition open, none that `has` it. */
  keep(matching: Bits | null, reason: UnmatchedReason, has?: (policy: CompiledPolicy) => boolean): void {
    if (matching === null) return
    const isOpen = has !== undefined && this.context.unset?.includes(reason) === true
    const kept = isOpen ? without(this.set.policies, matching, has) : matching
    const lines = reason === 'users' ? null : linesOf(this.set, reason, missingSource(reason, this.missing))
    for (let word = 0; word < this.left.length; word++) {
      const before = this.left[word] ?? 0
      const after = before & (kept[word] ?? 0)
      this.left[word] = after
      if (lines !== null) copyWord(this.trace, lines, word, before & ~after)
    }
  }
}

function linesOf({ policies, index }: PolicySet, reason: UnmatchedReason, detail: string | null): readonly TraceLine[] {
  const key = detail === null ? reason : `${reason} ${detail}`
  const known = index.lines.get(key)
  if (known) return known
  const lines = policies.map((policy) => notApplied(policy, reason, detail))
  index.lines.set(key, lines)
  return lines
}

/** The kept answer of a condition to one of its values. A policy that cannot be decided is not asked. Null: all match. */
function answerTo<Value extends string | null>(
  { policies, index }: PolicySet,
  condition: Condition,
  value: Value,
  matches: Asked<Value>,
): Bits | null {
  const answers = index.answers.get(condition)
  if (!answers) return null
  const known = answers.get(value)
  if (known) return known
  const answer = bitsOf(policies, index.words, (policy) => policy.undecidable !== null || matches(policy, value))
  answers.set(value, answer)
  return answer
}

/** The target is asked also of a policy that cannot be decided. */
function targetsOf({ policies, index }: PolicySet, target: Context['target']): Bits {
  const targets = index.targets[target.kind]
  const key = target.kind === 'userAction' ? target.action : target.id
  const known = targets.get(key)
  if (known) return known
  const answer = bitsOf(policies, index.words, (policy) => !policy.target || matchesTarget(policy.target, target))
  keep(targets, key, answer)
  return answer
}

/** Targets come from requests, so not all of them are kept. */
export function keep<Kept>(answers: Map<string, Kept>, key: string, answer: Kept): void {
  if (answers.size >= answersMax) answers.clear()
  answers.set(key, answer)
}

/** As `matchesUsers`, for all policies: an exclusion beats every inclusion. */
function usersOf({ policies, index }: PolicySet, subject: Subject): Bits {
  const { both, include, exclude } = begin(index, index.everybody)
  setBits(both, index.users.get(subject.id))
  addBitsOf(index.groups, subject.groupIds, both)
  for (const id of subject.roleIds) setBits(both, index.roles.get(id))
  if (subject.userType === 'guest' || subject.guestType !== null)
    for (const number of index.aboutGuests) {
      const users = policies[number]?.users
      // A guest of unknown kind or home is included by any guest condition and excluded by none: the stricter reading.
      if (users && isGuestOf(users.include, subject, true)) setBit(include, number)
      if (users && isGuestOf(users.exclude, subject, false)) setBit(exclude, number)
    }
  return takeAway(include, exclude)
}

function networksOf({ index, places, countryOf }: PolicySet, context: Context): Bits {
  const { include, exclude } = begin(index, index.everywhere)
  places.around(context, countryOf, (place) => {
    const sides = index.places[place]
    if (!sides) return
    addAll(include, sides.include)
    addAll(exclude, sides.exclude)
  })
  return takeAway(include, exclude)
}

/** A filter is a small program, so only the policies still left are asked. */
function devicesOf({ policies, index }: PolicySet, left: Bits, device: NonNullable<Context['device']>): Bits {
  const bits = index.scratch.devices
  bits.set(index.all)
  for (let word = 0; word < index.words; word++)
    for (let asked = (index.filters[word] ?? 0) & (left[word] ?? 0); asked !== 0; asked &= asked - 1) {
      const number = numberOf(word, asked)
      const filter = policies[number]?.deviceFilter
      if (filter && !matchesDevice(filter, device)) clearBit(bits, number)
    }
  return bits
}

/** The scratch sides, as they are for everybody or everywhere. */
function begin({ scratch }: PolicyIndex, { include, exclude }: Sides): Scratch {
  scratch.include.set(include)
  scratch.exclude.set(exclude)
  return scratch
}

function sidesOf(words: number): Sides {
  return { include: new Int32Array(words), exclude: new Int32Array(words) }
}

function mentionsOf(map: Map<string, Mentions>, id: string): Mentions {
  const mentions = map.get(id) ?? []
  map.set(id, mentions)
  return mentions
}

function bitsOf(policies: readonly CompiledPolicy[], words: number, isIn: (policy: CompiledPolicy) => boolean): Bits {
  const bits = new Int32Array(words)
  for (const [number, policy] of policies.entries()) if (isIn(policy)) setBit(bits, number)
  return bits
}

/** The bits without the decidable policies that have the condition. */
function without(policies: readonly CompiledPolicy[], bits: Bits, has: (policy: CompiledPolicy) => boolean): Bits {
  const rest = bits.slice()
  for (const [number, policy] of policies.entries())
    if (policy.undecidable === null && has(policy)) clearBit(rest, number)
  return rest
}

function setBits(bits: Bits, mentions: Mentions | undefined): void {
  if (mentions !== undefined) for (const number of mentions) setBit(bits, number)
}
