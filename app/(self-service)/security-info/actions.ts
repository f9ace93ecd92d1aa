'use server'

import { z } from 'zod'
import { phoneModes } from '@/lib/authentication-methods/model'
import { mailLocales } from '@/lib/i18n'
import { chooseMailLanguage } from '@/lib/notifications/language'
import { formAction, type Outcome } from '@/lib/request/action'
import { isForPerson } from '@/lib/request/page'
import { fail, ok, type Result } from '@/lib/result'
import { remove, rename, setDefault } from '@/lib/security-info/manage'
import { endOwnSession, signOutEverywhereElse } from '@/lib/security-info/own-sessions'
import { switchOwnTextSignIn } from '@/lib/security-info/text-sign-in'

const methodId = z.guid()

export const renameMethod = formAction({
  name: 'renameMethod',
  who: ['full'],
  schema: z.strictObject({ methodId, name: z.string().max(256) }),
  keep: ['name'],
  run: async (asking, input) =>
    settle(await rename(asking, input), '?done=renamed', `/security-info/rename/${input.methodId}`),
})

export const makeDefault = formAction({
  name: 'makeDefault',
  who: ['full'],
  schema: z.strictObject({ methodId, mode: z.enum(phoneModes).optional() }),
  run: async (asking, input) =>
    settle(await setDefault(asking, input.methodId, input.mode ?? null), '?done=default', '/security-info'),
})

export const switchTextSignIn = formAction({
  name: 'switchTextSignIn',
  who: ['full'],
  schema: z.strictObject({ methodId, on: z.enum(['yes', 'no']) }),
  run: async (asking, input) => {
    const isOn = input.on === 'yes'
    const switched = await switchOwnTextSignIn(asking, { methodId: input.methodId, isOn })
    return settle(switched, `?done=${isOn ? 'textSignInOn' : 'textSignInOff'}`, '/security-info')
  },
})

export const removeMethod = formAction({
  name: 'removeMethod',
  who: ['full'],
  schema: z.strictObject({ methodId }),
  run: async (asking, input) => {
    const removed = await remove(asking, input.methodId)
    const done = removed.ok && removed.value.wasLastMfaMethod ? 'removedLast' : 'removed'
    return settle(removed, `?done=${done}`, `/security-info/remove/${input.methodId}`)
  },
})

export const saveMailLanguage = formAction({
  name: 'saveMailLanguage',
  who: ['full'],
  schema: z.strictObject({ language: z.enum(['', ...mailLocales]) }),
  keep: ['language'],
  run: async (asking, { language }) => {
    await chooseMailLanguage(asking, asking.session.userId, language || null)
    return ok({ go: '/security-info?done=language#language' })
  },
})

export const signOutElsewhere = formAction({
  name: 'signOutElsewhere',
  who: ['full'],
  schema: z.strictObject({}),
  run: async (asking) =>
    settle(await signOutEverywhereElse(asking), '?done=signedOutElsewhere', '/security-info/sessions'),
})

export const signOutOne = formAction({
  name: 'signOutOne',
  who: ['full'],
  schema: z.strictObject({ sessionId: z.guid() }),
  run: async (asking, input) => {
    const ended = await endOwnSession(asking, input.sessionId)
    // Gone already is what was wanted.
    const isGone = !ended.ok && ended.failure.code === 'security_info.session_not_found'
    return settle(isGone ? ok() : ended, '/sessions?done=signedOutOne', '/security-info/sessions')
  },
})

/**
 * Back to the list with the news in the address, or the refusal. A list that was out of date is shown anew (E20); where a
 * fresh proof is asked for, `returnTo` is where the person then goes on.
 */
function settle(result: Result<unknown>, there: string, returnTo: string): Result<Outcome> {
  if (result.ok) return ok({ go: `/security-info${there}` })
  const { failure } = result
  if (failure.code === 'security_info.not_found' || failure.code === 'security_info.changed_elsewhere') {
    return ok({ go: '/security-info?done=changedElsewhere' })
  }
  if (!isForPerson(failure)) return result
  return fail(failure.kind, failure.code, { ...failure, details: { ...failure.details, returnTo } })
}
