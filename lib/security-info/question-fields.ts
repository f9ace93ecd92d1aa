import { z } from 'zod'
import { limits } from '@/lib/limits'
import type { ChosenQuestion } from './security-questions'

/** The form of security questions as it is sent, in the wizard and in Security info. */
const question = z.string().max(256).default('')
const answer = z.string().max(512).default('')

export const questionFieldsSchema = z.strictObject({
  ...{ question1: question, question2: question, question3: question, question4: question, question5: question },
  ...{ answer1: answer, answer2: answer, answer3: answer, answer4: answer, answer5: answer },
})

/** What a refused form keeps: the questions, never an answer. */
export const keptQuestionFields = ['question1', 'question2', 'question3', 'question4', 'question5'] as const

/** The rows that were filled in, up to the last one; one in the middle that is empty is told as missing. */
export function chosenFrom(fields: z.output<typeof questionFieldsSchema>): ChosenQuestion[] {
  const rows = Array.from({ length: limits.securityQuestions.numberMax }, (_, index) => {
    const number = (index + 1) as 1 | 2 | 3 | 4 | 5
    return { key: fields[`question${number}`], answer: fields[`answer${number}`] }
  })
  const last = rows.findLastIndex(({ key, answer: typed }) => key !== '' || typed !== '')
  return rows.slice(0, last + 1)
}
