'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { limits } from '@/lib/limits'
import { findingSentences } from '@/lib/password-change/view'
import { proveWithAnswers } from '@/lib/password-reset/answer'
import { askForHelp } from '@/lib/password-reset/contact'
import { admit } from '@/lib/password-reset/entry'
import { setNewPassword, unlock } from '@/lib/password-reset/finish'
import { choosePurpose, identify } from '@/lib/password-reset/identify'
import { resetPurposeSchema } from '@/lib/password-reset/model'
import {
  proveWithCall,
  proveWithOath,
  proveWithPasskey,
  proveWithSentCode,
  startPasskeyGate,
} from '@/lib/password-reset/prove'
import { sendToGate } from '@/lib/password-reset/send'
import { formAction, scriptAction } from '@/lib/request/action'
import { writeResetCookie } from '@/lib/request/cookies'
import { browserHash } from '@/lib/request/form-token'
import { moved, resetPath, resetToken, resettingOf } from '@/lib/request/reset'
import { ok } from '@/lib/result'

/** Each entry: a name, what may be sent, and the command. Nobody is signed in; which reset it is, the cookie says. */

const anybody = 'anybody' as const
const resetId = z.string().max(64)
const code = z.string().trim().min(1, 'sign_in.code_missing').max(64)
const verify = (way: string) => `/password-reset/verify?way=${way}`

export const identifyAction = formAction({
  name: 'passwordReset.identify',
  who: anybody,
  schema: z.strictObject({
    username: z.string().trim().min(1, 'password_reset.name_missing').max(256),
    work: z.string().max(256).default(''),
    answer: z.string().max(16).default(''),
  }),
  keep: ['username'],
  run: async ({ origin }, { username, work, answer }) => {
    const paid = answer === '' ? null : { text: work, answer }
    const admitted = await admit(origin, browserHash(), paid)
    // A page from the browser's memory has work that was used: a new page has new work.
    if (!admitted.ok && admitted.failure.code === 'password_reset.work_needed')
      return ok({ go: '/password-reset?check=1' })
    if (!admitted.ok) return admitted
    const begun = await identify({ name: username, origin, before: resetToken() })
    if (!begun.ok) return begun
    writeResetCookie(begun.value.token)
    return ok({ go: resetPath(begun.value.step) })
  },
})

export const chooseAction = formAction({
  name: 'passwordReset.choose',
  who: anybody,
  schema: z.strictObject({ resetId, purpose: resetPurposeSchema.default('reset') }),
  run: async (visit, input) => moved(await choosePurpose(resettingOf(visit, input.resetId), input.purpose)),
})

export const sendAction = formAction({
  name: 'passwordReset.send',
  who: anybody,
  schema: z.strictObject({
    resetId,
    way: z.enum(['email', 'sms', 'mobileCall', 'officeCall']),
    number: z.string().max(64).default(''),
    numberCountry: z.string().max(2).default(''),
  }),
  keep: ['number', 'numberCountry'],
  run: async (visit, { way, number, numberCountry, ...input }) => {
    const typed = way === 'email' ? null : { number, country: numberCountry || undefined }
    return moved(await sendToGate(resettingOf(visit, input.resetId), way, typed), verify(way))
  },
})

export const proveByCode = formAction({
  name: 'passwordReset.proveByCode',
  who: anybody,
  schema: z.strictObject({ resetId, code }),
  run: async (visit, input) => moved(await proveWithSentCode(resettingOf(visit, input.resetId), input.code)),
})

export const proveByOath = formAction({
  name: 'passwordReset.proveByOath',
  who: anybody,
  schema: z.strictObject({ resetId, code }),
  run: async (visit, input) => moved(await proveWithOath(resettingOf(visit, input.resetId), input.code)),
})

export const proveByCall = formAction({
  name: 'passwordReset.proveByCall',
  who: anybody,
  schema: z.strictObject({ resetId }),
  run: async (visit, input) => moved(await proveWithCall(resettingOf(visit, input.resetId))),
})

const answer = z.string().max(256)
export const proveByAnswers = formAction({
  name: 'passwordReset.proveByAnswers',
  who: anybody,
  schema: z.strictObject({
    resetId,
    ...{ answer1: answer, answer2: answer, answer3: answer },
    ...{ answer4: answer.optional(), answer5: answer.optional() },
  }),
  run: async (visit, { resetId: id, ...input }) => {
    const answers = [input.answer1, input.answer2, input.answer3, input.answer4, input.answer5]
    const given = answers.filter((one) => one !== undefined)
    const proven = await proveWithAnswers(resettingOf(visit, id), given)
    // Other questions stand there now: the page is shown anew, and says why.
    if (!proven.ok && proven.failure.code === 'password_reset.answers_mismatch')
      return ok({ go: `${verify('questions')}&again=1` })
    return moved(proven)
  },
})

export const startPasskey = scriptAction({
  name: 'passwordReset.startPasskey',
  who: anybody,
  schema: z.strictObject({}),
  run: async ({ origin }) => {
    const started = await startPasskeyGate({ token: resetToken() ?? '', resetId: null, origin })
    if (!started.ok) return started
    if ('moved' in started.value) return moved(started.value.moved)
    return ok({ value: { challengeId: '', options: started.value.options } })
  },
})

export const finishPasskey = scriptAction({
  name: 'passwordReset.proveByPasskey',
  who: anybody,
  schema: z.strictObject({
    resetId,
    challengeId: z.literal(''),
    response: z.looseObject({ id: z.string().max(2048) }),
  }),
  run: async (visit, input) => moved(await proveWithPasskey(resettingOf(visit, input.resetId), input.response)),
})

/** Every reason against a password stands beside its field. */
export async function setPasswordAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let reasons: string[] = []
  const answered = await formAction({
    name: 'passwordReset.setPassword',
    who: anybody,
    schema: z.strictObject({
      resetId,
      newPassword: z
        .string()
        .max(limits.password.lengthMax * 8)
        .min(1, 'password.missing'),
    }),
    run: async (visit, input) => {
      const set = await setNewPassword(resettingOf(visit, input.resetId), input.newPassword)
      if (!set.ok) reasons = findingSentences(set.failure)
      return moved(set)
    },
  })(previous, data)
  return reasons.length === 0
    ? answered
    : { ...answered, errors: reasons.map((message) => ({ field: 'newPassword', message })) }
}

export const unlockAction = formAction({
  name: 'passwordReset.unlock',
  who: anybody,
  schema: z.strictObject({ resetId }),
  run: async (visit, input) => moved(await unlock(resettingOf(visit, input.resetId))),
})

export const contactAction = formAction({
  name: 'passwordReset.contact',
  who: anybody,
  schema: z.strictObject({ resetId }),
  run: async (visit, input) => {
    const asked = await askForHelp(resettingOf(visit, input.resetId))
    return asked.ok ? ok({ go: '/password-reset/contact?sent=1' }) : asked
  },
})
