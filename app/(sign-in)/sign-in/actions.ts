'use server'

import { z } from 'zod'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { formAction, type Outcome, scriptAction } from '@/lib/request/action'
import type { Visit } from '@/lib/request/desk'
import { browserHash } from '@/lib/request/form-token'
import { goOn } from '@/lib/request/go-on'
import { safeReturnTo } from '@/lib/request/return-to'
import { ok, type Result } from '@/lib/result'
import { type IssuedTokens, signInWithPass, signInWithPassword } from '@/lib/sign-in/first-factor'
import type { SignInFailureCode } from '@/lib/sign-in/model'
import { currentSession } from '@/lib/sign-in/next-auth'
import { finishPasskeySignIn, startPasskeySignIn } from '@/lib/sign-in/passkey'
import { endSession } from '@/lib/sign-in/session'

const returnTo = z.string().max(512).default('')
// Longer than any user name: what is no user name fails like an unknown one.
const username = z.string().trim().min(1, 'sign_in.user_name_missing').max(256)
const secret = z.string().max(limits.password.lengthMax * 4)

export const signInByPassword = formAction({
  name: 'signInByPassword',
  who: 'anybody',
  schema: z.strictObject({ username, password: secret.min(1, 'sign_in.password_missing'), returnTo }),
  keep: ['username'],
  run: async ({ origin, at }, input) =>
    signedIn(
      { origin, at },
      await signInWithPassword({
        userPrincipalName: input.username,
        secret: input.password,
        returnTo: safeReturnTo(input.returnTo),
        origin,
      }),
    ),
})

export const signInByPass = formAction({
  name: 'signInByPass',
  who: 'anybody',
  schema: z.strictObject({ username, pass: secret.min(1, 'sign_in.pass_missing'), returnTo }),
  keep: ['username'],
  run: async ({ origin, at }, input) =>
    signedIn(
      { origin, at },
      await signInWithPass({
        userPrincipalName: input.username,
        secret: input.pass,
        returnTo: safeReturnTo(input.returnTo),
        origin,
      }),
    ),
})

export const startPasskey = scriptAction({
  name: 'startPasskeySignIn',
  who: 'anybody',
  schema: z.strictObject({}),
  run: async ({ origin }) => {
    const started = await startPasskeySignIn({ browserHash: await browserHash(), origin })
    return started.ok ? ok({ value: started.value }) : started
  },
})

const assertion = z.looseObject({ id: z.string().max(2048) })

export const finishPasskey = scriptAction({
  name: 'finishPasskeySignIn',
  who: 'anybody',
  schema: z.strictObject({ challengeId: z.string().max(64), response: assertion, returnTo }),
  run: async ({ origin, at }, input) =>
    signedIn(
      { origin, at },
      await finishPasskeySignIn({
        challengeId: input.challengeId,
        response: input.response,
        browserHash: await browserHash(),
        returnTo: safeReturnTo(input.returnTo),
        origin,
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

/** The session that this browser held before ends: its cookie is about to be another one's. */
async function signedIn(visit: Visit, result: Result<IssuedTokens, SignInFailureCode>): Promise<Result<Outcome>> {
  if (!result.ok) return result
  const before = await currentSession()
  if (before && before.session.id !== result.value.session.id) await endSession(db(), before.session.id)
  return goOn({ session: result.value.session, origin: visit.origin }, result.value)
}
