import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { loadMethodsPolicy, loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import type { Decision } from '@/lib/conditional-access/decision'
import { type DirectoryHome, type PasswordHome, passwordHomeOf } from '@/lib/directory/password-home'
import { outcomeOf, setPassword, unlockAccount, type WritebackOutcome } from '@/lib/directory/writeback'
import type { Tx } from '@/lib/platform/db'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { askPolicies } from './decision'
import { gatesWanted, type Standing, standingOf } from './eligibility'
import { type Gate, gatesInReset, gatesOf, provenOf } from './gates'
import type { PasswordReset, ProvenGate } from './model'
import { gateKey } from './store'

/** What is true now of the account that a reset is about, read and decided at one time. */

/** What is asked of directories that keep passwords; a test has a counterpart of its own. */
export type Directory = {
  readonly homeOf: (tx: Tx, userId: string) => Promise<PasswordHome>
  readonly setPassword: (home: DirectoryHome, newPassword: string) => Promise<WritebackOutcome>
  readonly unlockAccount: (home: DirectoryHome) => Promise<WritebackOutcome>
  readonly outcomeOf: (
    home: DirectoryHome,
    newPassword: string,
    askedServer: string | null,
  ) => Promise<WritebackOutcome>
}
export const directories: Directory = { homeOf: passwordHomeOf, setPassword, unlockAccount, outcomeOf }

/** What the installation has decided, whoever asks. */
export async function installationPolicies(
  tx: Tx,
): Promise<Pick<PersonFacts, 'methodsPolicy' | 'passwordResetPolicy'>> {
  return { methodsPolicy: await loadMethodsPolicy(tx), passwordResetPolicy: await loadPasswordResetPolicy(tx) }
}

export type AccountState = {
  /** Null: nobody has this name. */
  readonly facts: PersonFacts | null
  readonly home: PasswordHome
  /** All that could be a gate, and those that count in this reset. */
  readonly known: readonly Gate[]
  readonly gates: readonly Gate[]
  readonly proven: readonly Gate[]
  readonly standing: Standing
  readonly decision: Decision | null
  readonly isPolicyMet: boolean
}

/** Where a password lives, in the words of the rules. */
export function placeOf(home: PasswordHome): 'local' | 'directory' | 'readOnlyDirectory' {
  return home.kind === 'directory' && home.isReadOnly === true ? 'readOnlyDirectory' : home.kind
}

const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * The account behind a reset; for a name that nobody has the same questions are asked in vain. `begun` is null while the
 * reset begins: then every gate stands as it does now.
 */
export async function loadAccount(
  tx: Tx,
  reset: Pick<PasswordReset, 'userId' | 'gates'> & {
    readonly begun: Pick<PasswordReset, 'startedAt' | 'gatesAtStart'> | null
  },
  asking: { readonly origin: AuditOrigin; readonly directory: Directory; readonly at: Date },
  policies: 'now' | 'cached',
): Promise<AccountState> {
  const { origin, directory, at } = asking
  const facts = await loadFacts(tx, reset.userId ?? nobody, policies)
  const home = await directory.homeOf(tx, reset.userId ?? nobody)
  if (facts === null) {
    const standing = standingOf(null)
    const none: readonly Gate[] = []
    return { facts, home, known: none, gates: none, proven: none, standing, decision: null, isPolicyMet: false }
  }
  const { subject, passwordResetPolicy: policy } = facts
  const known = gatesOf(facts, gateKey)
  const begun = reset.begun ?? { startedAt: at, gatesAtStart: known.map(({ key }) => key) }
  const gates = gatesInReset(known, begun, gatesWanted(policy, subject))
  const proven = provenOf(gates, reset.gates)
  const counted: ProvenGate[] = reset.gates.filter(({ key }) => proven.some((gate) => gate.key === key))
  const decision = askPolicies({ facts, gates, proven: counted, origin, at })
  const standing = standingOf({
    ...{ subject, policy, gates, home: placeOf(home), hasPassword: facts.hasPassword },
    outcome: decision.outcome.kind,
  })
  return { facts, home, known, gates, proven, standing, decision, isPolicyMet: decision.outcome.kind === 'allow' }
}
