import { limits } from '@/lib/limits'

/**
 * Security questions: what counts as an answer, which answers may stand beside each other, and which questions a
 * password reset asks. Pure; hashing is the caller's, of what `normaliseAnswer` made of an answer.
 *
 * @see `10` §11, SEC-080 to SEC-084
 */

/**
 * An answer as it is compared and hashed: compatibility forms united (NFKC), case folded, spaces at the ends gone and
 * those inside united. `Straße`, `STRASSE ` and `strasse` are one answer.
 */
export function normaliseAnswer(text: string): string {
  // Upper case between two lower ones: it unites what lower case alone keeps apart, such as ß and ss or the two forms of
  // sigma, and the first lower case what upper case alone does, ẞ and ß.
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  return folded.normalize('NFKC').replace(/\s+/gu, ' ').trim()
}

export type Answered = {
  /** `questionKey` of what is asked; empty when none was chosen. */
  readonly key: string
  /** Its text as the person reads it. */
  readonly text: string
  readonly answer: string
}

export type AnswerProblem =
  | 'question_missing'
  | 'question_twice'
  | 'answer_length'
  | 'answer_twice'
  | 'answer_is_name'
  | 'answer_in_question'

export type AnswerFinding = {
  readonly problem: AnswerProblem
  readonly field: 'question' | 'answer'
  readonly index: number
}

/**
 * What is wrong with a person's choice of questions and answers, all of it, in the order of the form. `offered`: keys of
 * the questions that may be chosen. `names`: what the person is called, none of which is an answer.
 *
 * @see `20` §13 E12, SEC-083
 */
export function findingsAbout(
  answered: readonly Answered[],
  offered: readonly string[],
  names: readonly string[],
): readonly AnswerFinding[] {
  const { answerLengthMin, answerLengthMax } = limits.securityQuestions
  const taken = names.map(normaliseAnswer)
  const questions = answered.map(({ text }) => normaliseAnswer(text))
  const answers = answered.map(({ answer }) => normaliseAnswer(answer))
  return answered.flatMap(({ key }, index) => {
    const found: AnswerFinding[] = []
    const about = (field: AnswerFinding['field'], problem: AnswerProblem) => found.push({ problem, field, index })
    const question = questions[index] ?? ''
    const answer = answers[index] ?? ''
    const length = [...answer].length
    if (!offered.includes(key)) about('question', 'question_missing')
    else if (questions.indexOf(question) < index) about('question', 'question_twice')
    if (length < answerLengthMin || length > answerLengthMax) about('answer', 'answer_length')
    else if (answers.indexOf(answer) < index) about('answer', 'answer_twice')
    else if (taken.includes(answer)) about('answer', 'answer_is_name')
    else if (question.includes(answer)) about('answer', 'answer_in_question')
    return found
  })
}

/**
 * The questions that a password reset asks, kept with it on the server: looking again, going back or beginning anew
 * shows the same ones, so nobody waits for a question they can answer. @see SEC-084
 */
export type QuestionRound = { readonly asked: readonly string[]; readonly wrongRounds: number }

/**
 * Chooses `count` of the registered questions. `draw` gives a whole number from 0 up to, not including, its argument.
 * Throws when fewer are registered: then questions are no gate for this person.
 */
export function firstRound(
  registered: readonly string[],
  count: number,
  draw: (below: number) => number,
): QuestionRound {
  const left = [...new Set(registered)].sort()
  if (count < 1 || left.length < count) throw new Error(`${left.length} questions cannot give ${count}`)
  const asked = Array.from({ length: count }, () => left.splice(draw(left.length), 1)[0] ?? '')
  return { asked, wrongRounds: 0 }
}

/**
 * What follows when a round was answered. All answers are judged together: right only when each is, and what comes back
 * does not say which was wrong. A wrong round draws anew.
 */
export function afterRound(
  round: QuestionRound,
  verdicts: readonly boolean[],
  registered: readonly string[],
  draw: (below: number) => number,
): { readonly passed: true } | { readonly passed: false; readonly next: QuestionRound } {
  const isRight = verdicts.length === round.asked.length && verdicts.every(Boolean)
  if (isRight) return { passed: true }
  const { asked } = firstRound(registered, round.asked.length, draw)
  return { passed: false, next: { asked, wrongRounds: round.wrongRounds + 1 } }
}
