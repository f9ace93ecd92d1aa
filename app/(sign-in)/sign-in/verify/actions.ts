'use server'

import { z } from 'zod'
import { phoneKinds } from '@/lib/authentication-methods/model'
import { goOnSigningIn } from '@/lib/registration/commands'
import { formAction, type Outcome, scriptAction } from '@/lib/request/action'
import type { AskingVisit } from '@/lib/request/desk'
import { ledOn } from '@/lib/request/go-on'
import { safeReturnTo } from '@/lib/request/return-to'
import { ok, type Result } from '@/lib/result'
import type { Proven } from '@/lib/sign-in/going-on'
import { verifyWithToken } from '@/lib/sign-in/hardware-oath'
import { type SignInFailureCode, sessionStages } from '@/lib/sign-in/model'
import { callPhone, verifyWithCall } from '@/lib/sign-in/phone-call'
import { verifyWithRecoveryCode } from '@/lib/sign-in/recovery-codes'
import { startPasskeyVerification, type Verifying, verifyWithApp, verifyWithPasskey } from '@/lib/sign-in/second-factor'
import { sendCode, verifyWithSentCode } from '@/lib/sign-in/sent-code'

const returnTo = z.string().max(512).default('')
const code = z.string().trim().min(1, 'sign_in.code_missing').max(64)

export const verifyByApp = formAction({
  name: 'verifyByApp',
  who: sessionStages,
  schema: z.strictObject({ code, returnTo }),
  run: async (asking, input) => proven(asking, input.returnTo, (verifying) => verifyWithApp(verifying, input.code)),
})

export const verifyByToken = formAction({
  name: 'verifyByToken',
  who: sessionStages,
  schema: z.strictObject({ code, returnTo }),
  run: async (asking, input) => proven(asking, input.returnTo, (verifying) => verifyWithToken(verifying, input.code)),
})

export const verifyByRecoveryCode = formAction({
  name: 'verifyByRecoveryCode',
  who: sessionStages,
  schema: z.strictObject({ code: z.string().trim().min(1, 'sign_in.recovery_code_missing').max(128), returnTo }),
  run: async (asking, input) =>
    proven(asking, input.returnTo, (verifying) => verifyWithRecoveryCode(verifying, input.code)),
})

export const sendCodeToPhone = formAction({
  name: 'sendSignInCode',
  who: sessionStages,
  schema: z.strictObject({ returnTo }),
  run: async (asking, input) => {
    const sent = await sendCode(asking)
    const back = safeReturnTo(input.returnTo)
    const query = `method=mobilePhone${back ? `&returnTo=${encodeURIComponent(back)}` : ''}`
    return sent.ok ? ok({ go: `/sign-in/verify?${query}` }) : sent
  },
})

export const verifyBySentCode = formAction({
  name: 'verifyBySentCode',
  who: sessionStages,
  schema: z.strictObject({ code, returnTo }),
  run: async (asking, input) =>
    proven(asking, input.returnTo, (verifying) => verifyWithSentCode(verifying, input.code)),
})

export const callToPhone = formAction({
  name: 'callPhone',
  who: sessionStages,
  schema: z.strictObject({ kind: z.enum(phoneKinds), returnTo }),
  run: async (asking, { kind, ...input }) => {
    const called = await callPhone(asking, kind)
    const back = safeReturnTo(input.returnTo)
    const way = kind === 'mobilePhone' ? 'mobilePhoneCall' : kind
    const query = `method=${way}${back ? `&returnTo=${encodeURIComponent(back)}` : ''}`
    return called.ok ? ok({ go: `/sign-in/verify?${query}` }) : called
  },
})

export const verifyByCall = formAction({
  name: 'verifyByCall',
  who: sessionStages,
  schema: z.strictObject({ returnTo }),
  run: async (asking, input) => proven(asking, input.returnTo, (verifying) => verifyWithCall(verifying)),
})

export const startPasskey = scriptAction({
  name: 'startPasskeyVerification',
  who: sessionStages,
  schema: z.strictObject({}),
  run: async (asking) => {
    const started = await startPasskeyVerification(asking)
    // The session knows its own challenge; the id is for browsers without one.
    return started.ok ? ok({ value: { challengeId: '', options: started.value } }) : started
  },
})

export const finishPasskey = scriptAction({
  name: 'verifyByPasskey',
  who: sessionStages,
  schema: z.strictObject({
    challengeId: z.literal(''),
    response: z.looseObject({ id: z.string().max(2048) }),
    returnTo,
  }),
  run: async (asking, input) =>
    proven(asking, input.returnTo, (verifying) => verifyWithPasskey(verifying, input.response)),
})

/** During sign-in a proof takes it further; later it was asked for by a page, and leads back there. */
async function proven(
  asking: AskingVisit,
  wanted: string,
  verify: (verifying: Verifying) => Promise<Result<Proven, SignInFailureCode>>,
): Promise<Result<Outcome>> {
  const { stage } = asking.session
  const result = await verify(stage === 'firstFactor' ? { ...asking, goOn: goOnSigningIn } : asking)
  if (!result.ok) return result
  const home = stage === 'registration' ? '/security-info/register' : '/security-info'
  return ok(ledOn(result.value, safeReturnTo(wanted) ?? home))
}
