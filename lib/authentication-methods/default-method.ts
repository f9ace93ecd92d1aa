/**
 * Which second factor is the default, and which one sign-in offers first.
 *
 * @see `10` §3, `20` §10
 */
import type { Subject } from '@/lib/directory/model'
import { catalogue, type DefaultMethodName } from './catalogue'
import type { MethodKind, PhoneMode } from './model'
import { allUsers, type SystemCredentialPreferences } from './policy-model'

export type DefaultCandidate = {
  readonly id: string
  readonly kind: MethodKind
  readonly createdAt: Date
  /** For a phone: how it may be reached now. Left out: every way that its kind has. */
  readonly modes?: readonly string[]
}

/** From most to least preferred when a default has to be chosen: code from an app, then a text message, then calls. `10` §3 */
const defaultOrder: readonly DefaultMethodName[] = ['oath', 'sms', 'voiceMobile', 'voiceOffice', 'voiceAlternateMobile']

/** Graph's name of a method as default; a mobile phone has two, by how it is reached. Null: never a default. */
export function defaultNameOf(kind: MethodKind, mode: PhoneMode | null = null): DefaultMethodName | null {
  return kind === 'mobilePhone' && mode === 'voice' ? 'voiceMobile' : catalogue[kind].defaultName
}

/** Whether somebody may choose a method of this kind as their default second factor. */
export function isDefaultEligible(kind: MethodKind): boolean {
  return catalogue[kind].defaultName !== null
}

/**
 * The id of the default method after a change: the present default while it is still among the methods and eligible,
 * else the best remaining one by rank and then the oldest, else null. Pass the methods that are usable after the change.
 */
export function defaultAfter(present: string | null, methods: readonly DefaultCandidate[]): string | null {
  const eligible = methods.filter((method) => isDefaultEligible(method.kind))
  if (eligible.some((method) => method.id === present)) return present
  const [best] = [...eligible].sort(
    (left, right) =>
      preference(left) - preference(right) ||
      left.createdAt.getTime() - right.createdAt.getTime() ||
      (left.id < right.id ? -1 : 1),
  )
  return best?.id ?? null
}

function preference({ kind, modes = catalogue[kind].modes }: DefaultCandidate): number {
  const name = defaultNameOf(kind, modes.includes('sms') ? 'sms' : 'voice')
  return name === null ? Number.POSITIVE_INFINITY : defaultOrder.indexOf(name)
}

/** Most preferred first. Email and questions are no sign-in factors and stand last so that the order is total. */
const systemPreferredOrder: readonly MethodKind[] = [
  'temporaryAccessPass',
  'passkey',
  'softwareOath',
  'hardwareOath',
  'mobilePhone',
  'officePhone',
  'alternateMobilePhone',
  // A code is spent by using it: offered after everything that is not.
  'recoveryCodes',
  'email',
  'securityQuestions',
]

/**
 * Whether the most secure registered method is this person's first second factor, and their own default is ignored. The
 * exclusion beats the inclusion; groups of the subject are already resolved through nesting.
 */
export function isSystemPreferred(
  { state, includeTargets, excludeTargets }: SystemCredentialPreferences,
  subject: Pick<Subject, 'groupIds'>,
): boolean {
  const isNamed = ({ id }: { readonly id: string }) => id === allUsers || subject.groupIds.has(id)
  return state !== 'disabled' && !excludeTargets.some(isNamed) && includeTargets.some(isNamed)
}

/**
 * Whether sign-in offers a passkey before the password. It asks before anybody said who they are, and must not answer
 * differently for one person than for another; so the groups have no say in it, only the state has.
 */
export function isPasskeyFirstFactorPreferred({ state }: SystemCredentialPreferences): boolean {
  return state === 'default'
}

/** `mode`: the way of reaching a phone that this offer is for. */
type Offered = { readonly id: string; readonly kind: MethodKind; readonly mode?: PhoneMode | null }

/**
 * The methods in the order in which sign-in offers them: system-preferred, or with the person's default first when the
 * organisation has switched that off. Equal kinds keep the order given.
 */
export function offerOrder<Method extends Offered>(
  methods: readonly Method[],
  choice: {
    readonly isSystemPreferredEnabled: boolean
    readonly defaultMethodId: string | null
    /** Of a default that can be reached in two ways, the one that was chosen. */
    readonly defaultMode?: PhoneMode | null
  },
): readonly Method[] {
  const isChosen = ({ id, mode }: Method) =>
    id === choice.defaultMethodId && (!choice.defaultMode || !mode || mode === choice.defaultMode)
  const place = (method: Method) =>
    !choice.isSystemPreferredEnabled && isChosen(method) ? -1 : systemPreferredOrder.indexOf(method.kind)
  return [...methods].sort((left, right) => place(left) - place(right))
}
