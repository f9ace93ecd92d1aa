import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { normaliseAnswer } from '@/lib/authentication-methods/kinds/security-questions'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { limits } from '@/lib/limits'
import { verifyNothing, verifySecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db, type Tx } from '@/lib/platform/db'
import { keyedHash } from '@/lib/platform/hash'
import { findSecurityAnswers, type SecurityAnswerToCheck } from '@/lib/registered-methods/store/use'
import { type Fail, fail, type Result } from '@/lib/result'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import { consumeUnhurried } from '@/lib/throttle/store'
import { directories, installationPolicies, loadAccount } from './account'
import { evenly } from './even-time'
import { failedProof, lookBefore, passGate, type Resetting, refusedByThrottle, type StepResult, takeStep } from './flow'
import { type Gate, waysOfInstallation } from './gates'
import type { PasswordReset } from './model'
import { gateSteps, gatesFor } from './prove'
import { isPassed, questionsOf } from './questions'
import { readThrottle } from './store'
import { mayTry, nothingTried } from './throttle'

/** Answering security questions: as many hashes for a name that nobody has, and one verdict over all answers. SEC-080 to SEC-085 */

/** The keys of the questions that are asked now in this reset. */
export async function askedQuestions(
  reset: PasswordReset,
  round: number,
  asking: Pick<Resetting, 'origin' | 'directory'>,
): Promise<readonly string[]> {
  return (await roundOf(reset, round, asking)).asked
}

type Round = {
  readonly asked: readonly string[]
  readonly gate: Gate | null
  readonly answers: readonly SecurityAnswerToCheck[]
}

async function roundOf(
  reset: PasswordReset,
  round: number,
  { origin, directory = directories }: Pick<Resetting, 'origin' | 'directory'>,
): Promise<Round> {
  const account = await loadAccount(db(), { ...reset, begun: reset }, { origin, directory, at: now() }, 'cached')
  const policy: PasswordResetPolicy = account.facts?.passwordResetPolicy ?? (await loadPasswordResetPolicy(db()))
  const isHidden = !account.standing.isAble && account.standing.isHidden
  const gate = isHidden ? null : (account.gates.find(({ ways }) => ways.includes('questions')) ?? null)
  const answers = await findSecurityAnswers(db(), gate?.methodId ?? nobody)
  const subject = Buffer.from(reset.subjectHash).toString('base64url')
  const keys = answers.map(({ questionKey }) => questionKey)
  const asked = questionsOf(keys, policy, subject, round, (...parts) => keyedHash('CODE_KEY', 'questions', ...parts))
  const isReal = asked.every((key) => keys.includes(key))
  return { asked, gate: isReal ? gate : null, answers: isReal ? answers : [] }
}
const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Judges one set of answers, in the order in which the questions stood. Failures: `password_reset.answers_missing`,
 * `password_reset.answers_mismatch` (then other questions are asked), `password_reset.way_unavailable`,
 * `throttle.too_many_requests`, `service.busy`.
 */
export function proveWithAnswers(resetting: Resetting, answers: readonly string[]): Promise<StepResult> {
  return evenly(limits.passwordReset.answerMilliseconds, async () => {
    const at = now()
    const found = await lookBefore(resetting, gateSteps)
    const throttle = found ? await readThrottle(db(), found.reset.subjectHash) : null
    // Limited before anything is hashed, and asked again under the lock: what counts is that one.
    const isOpen = found && mayTry(throttle ?? nothingTried, 'check', at).may && (await areQuestionsOffered(db()))
    const round = isOpen ? await roundOf(found.reset, throttle?.questionRound ?? 0, resetting) : null
    if (round && (answers.length !== round.asked.length || answers.some((answer) => answer.trim() === '')))
      return fail('invalid', 'password_reset.answers_missing')
    const limited = round && found ? await limitAnswers(resetting.origin, found.reset, at) : null
    if (limited) return limited
    const verdicts = round ? await verdictsOn(round, answers) : null
    if (verdicts && !verdicts.ok) return verdicts
    return takeStep(resetting, gateSteps, async (context) => {
      if (!(await areQuestionsOffered(context.tx))) return fail('refused', 'password_reset.way_unavailable')
      const throttled = await refusedByThrottle(context, 'check')
      if (throttled) return throttled
      const { questionRound } = context.throttle
      const isSameRound = questionRound === (throttle?.questionRound ?? 0)
      const gate = round?.gate ? gatesFor(context, 'questions').find(({ key }) => key === round.gate?.key) : undefined
      const isRight = round && verdicts?.ok && isPassed(round.asked, verdicts.value)
      if (!gate || !isRight || !isSameRound)
        return failedProof(context, 'questions', fail('refused', 'password_reset.answers_mismatch'), {
          questionRound: isSameRound ? questionRound + 1 : questionRound,
        })
      return passGate(context, gate, { way: 'questions', mode: null })
    })
  })
}

/** Asked of the installation, whoever's name it is: a form that was made up must not tell names apart. */
async function areQuestionsOffered(tx: Tx): Promise<boolean> {
  return waysOfInstallation(await installationPolicies(tx)).includes('questions')
}

/**
 * One more set from this address and in this reset; a refusal when there were too many in this minute. Wrong sets are counted
 * for the name only once they are judged, and by then many that came at once would have been hashed.
 */
async function limitAnswers({ clientAddress }: AuditOrigin, { id }: PasswordReset, at: Date): Promise<Fail | null> {
  const { answersPerAddressPerMinute, answersPerResetPerMinute } = limits.passwordReset
  const tries = [
    { key: throttleKey('resetAnswersAddress', addressKey(clientAddress)), max: answersPerAddressPerMinute },
    { key: throttleKey('resetAnswers', id), max: answersPerResetPerMinute },
  ]
  for (const tried of tries) {
    const { allowed, retryAfterSeconds } = await consumeUnhurried(db(), { ...tried, windowSeconds: 60 }, at)
    if (!allowed) return fail('throttled', 'throttle.too_many_requests', { retryAfterSeconds })
  }
  return null
}

/** One hash for each answer, whether there is something to compare it with or not. */
async function verdictsOn(round: Round, answers: readonly string[]): Promise<Result<boolean[], 'service.busy'>> {
  const verdicts: boolean[] = []
  for (const [place, answer] of answers.entries()) {
    const stored = round.answers.find(({ questionKey }) => questionKey === round.asked[place])
    const text = normaliseAnswer(answer)
    const checked = stored ? await verifySecret(text, stored.answerHash) : await verifyNothing(text)
    if (!checked.ok) return { ok: false, failure: { ...checked.failure, code: 'service.busy' } }
    verdicts.push(checked.value?.matches ?? false)
  }
  return { ok: true, value: verdicts }
}
