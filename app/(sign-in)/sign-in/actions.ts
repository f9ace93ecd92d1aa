'use server'

import { headers } from 'next/headers'
import { z } from 'zod'
import { isTextSignInOffered } from '@/lib/authentication-methods/policy'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { formAction, scriptAction } from '@/lib/request/action'
import { browserHash } from '@/lib/request/form-token'
import { goOn } from '@/lib/request/go-on'
import { likelyCountry } from '@/lib/request/phone-country'
import { safeReturnTo } from '@/lib/request/return-to'
import { fail, ok } from '@/lib/result'
import { signInWithPass, signInWithPassword } from '@/lib/sign-in/first-factor'
import { finishPasskeySignIn, startPasskeySignIn } from '@/lib/sign-in/passkey'
import { startTextSignIn } from '@/lib/sign-in/text-sign-in'
import { codePath } from './phone/code-path'
import { signedIn } from './signed-in'

const returnTo = z.string().max(512).default('')
// Longer than any user name: what is no user name fails like an unknown one.
const username = z.string().trim().min(1, 'sign_in.user_name_missing').max(256)
const secret = z.string().max(limits.password.lengthMax * 4)

export const signInByPassword = formAction({
  name: 'signInByPassword',
  who: 'anybody',
  schema: z.strictObject({ username, password: secret.default(''), returnTo }),
  keep: ['username'],
  run: async (visit, input) => {
    const { origin } = visit
    if (input.password === '') {
      if (await isNumberToText(input.username)) {
        const country = likelyCountry((await headers()).get('accept-language'), env().SMS_COUNTRIES)
        const number = input.username
        const started = await startTextSignIn({ number, country, origin, browserHash: browserHash() })
        if (started.ok) return ok({ go: codePath(started.value.challengeId, input.returnTo) })
        const { failure } = started
        return fail(failure.kind, failure.code, { ...failure, field: 'username' })
      }
      return fail('invalid', 'sign_in.password_missing', { field: 'password' })
    }
    return signedIn((from) =>
      signInWithPassword({
        userPrincipalName: input.username,
        secret: input.password,
        returnTo: safeReturnTo(input.returnTo),
        origin,
        ...from,
      }),
    )
  },
})

/** A phone number where people may sign in with theirs: no user name is without an `@`. */
async function isNumberToText(typed: string): Promise<boolean> {
  if (!/^[+\d][\d\s()./-]{5,39}$/.test(typed)) return false
  return isTextSignInOffered(await loadMethodsPolicy(db()))
}

export const signInByPass = formAction({
  name: 'signInByPass',
  who: 'anybody',
  schema: z.strictObject({ username, pass: secret.min(1, 'sign_in.pass_missing'), returnTo }),
  keep: ['username'],
  run: async (visit, input) =>
    signedIn((from) =>
      signInWithPass({
        userPrincipalName: input.username,
        secret: input.pass,
        returnTo: safeReturnTo(input.returnTo),
        origin: visit.origin,
        ...from,
      }),
    ),
})

export const startPasskey = scriptAction({
  name: 'startPasskeySignIn',
  who: 'anybody',
  schema: z.strictObject({}),
  run: async ({ origin }) => {
    const started = await startPasskeySignIn({ browserHash: browserHash(), origin })
    return started.ok ? ok({ value: started.value }) : started
  },
})

const assertion = z.looseObject({ id: z.string().max(2048) })

export const finishPasskey = scriptAction({
  name: 'finishPasskeySignIn',
  who: 'anybody',
  schema: z.strictObject({ challengeId: z.string().max(64), response: assertion, returnTo }),
  run: async (visit, input) =>
    signedIn(async (from) =>
      finishPasskeySignIn({
        challengeId: input.challengeId,
        response: input.response,
        browserHash: browserHash(),
        returnTo: safeReturnTo(input.returnTo),
        origin: visit.origin,
        ...from,
      }),
    ),
})

/** Goes on with a sign-in that was left between two steps. */
export const continueAction = formAction({
  name: 'continueSignIn',
  who: ['firstFactor'],
  schema: z.strictObject({}),
  run: (asking) => goOn(asking, null),
})
