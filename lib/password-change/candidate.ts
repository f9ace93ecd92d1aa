import 'server-only'
import { everySignInNeedsSecondFactor } from '@/lib/conditional-access/always'
import { lookUp } from '@/lib/password/breached'
import { checkPassword } from '@/lib/password/check'
import { hashSecret, verifySecret } from '@/lib/password/hashing'
import type { Finding, PasswordAbout, PasswordRules } from '@/lib/password/model'
import { rulesFor } from '@/lib/password/policy-model'
import { loadPasswordProtection } from '@/lib/password/store'
import type { Tx } from '@/lib/platform/db'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { PasswordChangeFailureCode } from './model'

/** A candidate with all that is slow to find out about it, for judging it quickly inside the transaction. */
export type Candidate = {
  readonly text: string
  readonly hash: string
  readonly known: Pick<PasswordAbout, 'isCommon' | 'isBreached' | 'isCurrent'>
}
type Refusal = Fail<PasswordChangeFailureCode>

/** The rules that hold for the person by what `facts` say, and by the policy as it stands. */
export async function rulesOf(tx: Tx, facts: PersonFacts): Promise<PasswordRules> {
  return rulesFor(await loadPasswordProtection(tx), everySignInNeedsSecondFactor(facts.policySet, facts.subject))
}

/**
 * Looks the candidate up, compares it with the present password, and hashes it; a candidate that is refused is not hashed.
 * Failures: `password.not_acceptable` with all reasons, `service.busy`.
 */
export async function prepare(
  text: string,
  facts: PersonFacts,
  currentHash: string | null,
): Promise<Result<Candidate, PasswordChangeFailureCode>> {
  const judged = await judge(text, facts, (typed) => compare(typed, currentHash))
  if (!judged.ok) return judged
  const hashed = await hashSecret(text)
  return hashed.ok ? ok({ text, hash: hashed.value, known: judged.value }) : hashed
}

/** As `prepare`, of a password that is kept elsewhere: it is not hashed, and the present one is compared as it was typed. */
export async function prepareElsewhere(
  text: string,
  facts: PersonFacts,
  current: string,
): Promise<Result<Omit<Candidate, 'hash'>, PasswordChangeFailureCode>> {
  const isCurrent = text.normalize('NFC') === current.normalize('NFC')
  const judged = await judge(text, facts, async () => ok({ matches: isCurrent }))
  return judged.ok ? ok({ text, known: judged.value }) : judged
}

async function compare(text: string, hash: string | null): Promise<Result<{ matches: boolean }, 'service.busy'>> {
  return hash === null ? ok({ matches: false }) : verifySecret(text, hash)
}

async function judge(
  text: string,
  facts: PersonFacts,
  compared: (text: string) => Promise<Result<{ readonly matches: boolean }, 'service.busy'>>,
): Promise<Result<Candidate['known'], PasswordChangeFailureCode>> {
  const rules = await rulesOf(db(), facts)
  const unknown = { isCommon: false, isBreached: false, isCurrent: false }
  // What cannot be hashed is neither looked up nor compared.
  const unreadable = checkPassword(text, rules, aboutOf(facts, unknown)).filter(isUnusable)
  if (unreadable.length > 0) return refusalOf(unreadable)
  const listed = await lookUp(text)
  if (!listed.ok) return listed
  const present = await compared(text)
  if (!present.ok) return present
  const known = { ...listed.value, isCurrent: present.value.matches }
  const findings = checkPassword(text, rules, aboutOf(facts, known))
  return findings.length > 0 ? refusalOf(findings) : ok(known)
}

/** Judges again by what is true inside the transaction; null when the candidate may be set. */
export async function refusalNow(
  tx: Tx,
  candidate: Omit<Candidate, 'hash'>,
  facts: PersonFacts,
): Promise<Refusal | null> {
  const findings = checkPassword(candidate.text, await rulesOf(tx, facts), aboutOf(facts, candidate.known))
  return findings.length === 0 ? null : refusalOf(findings)
}

export function aboutOf({ subject }: PersonFacts, known: Candidate['known']): PasswordAbout {
  const { userPrincipalName, displayName } = subject
  return { userPrincipalName, displayName, organisationName: env().ORGANISATION_NAME, ...known }
}

function isUnusable({ code }: Finding): boolean {
  return code === 'password.unreadable_character' || code === 'password.too_long'
}

/** All findings in one failure: their codes in `details.findings`, and the figures that their sentences need. */
function refusalOf(findings: readonly Finding[]): Refusal {
  const figures = Object.assign({}, ...findings.map(({ details }) => details ?? {})) as Record<string, number>
  const details = { ...figures, findings: findings.map(({ code }) => code).join(' ') }
  return fail('invalid', 'password.not_acceptable', { field: 'newPassword', details })
}

/** The word that administrators know from the audit log for words, names and known passwords; else the first reason. */
export function auditReason(failure: Refusal['failure']): string {
  const codes = String(failure.details?.findings ?? '').split(' ')
  const guessable = ['contains_own_name', 'contains_organisation', 'too_easy', 'blocked_word', 'too_common', 'breached']
  if (failure.code !== 'password.not_acceptable') return failure.code
  return codes.some((code) => guessable.includes(code.replace('password.', '')))
    ? 'FuzzyPolicyViolationInvalidPassword'
    : (codes[0] ?? failure.code)
}
