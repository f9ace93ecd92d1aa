'use server'

import { z } from 'zod'
import { formAction } from '@/lib/request/action'
import { browserHash } from '@/lib/request/form-token'
import { safeReturnTo } from '@/lib/request/return-to'
import { ok } from '@/lib/result'
import { resendTextSignIn, signInByText, startTextSignIn } from '@/lib/sign-in/text-sign-in'
import { signedIn } from '../signed-in'
import { codePath } from './code-path'

const returnTo = z.string().max(512).default('')
const challengeId = z.string().max(64)

export const startByText = formAction({
  name: 'startTextSignIn',
  who: 'anybody',
  schema: z.strictObject({ number: z.string().max(64), numberCountry: z.string().max(2).optional(), returnTo }),
  keep: ['number', 'numberCountry'],
  run: async ({ origin }, { number, numberCountry: country, returnTo: wanted }) => {
    const started = await startTextSignIn({ number, country, origin, browserHash: browserHash() })
    return started.ok ? ok({ go: codePath(started.value.challengeId, wanted) }) : started
  },
})

export const resendByText = formAction({
  name: 'resendTextSignIn',
  who: 'anybody',
  schema: z.strictObject({ challengeId, returnTo }),
  run: async ({ origin }, input) => {
    const sent = await resendTextSignIn({ challengeId: input.challengeId, origin, browserHash: browserHash() })
    return sent.ok ? ok({ go: codePath(sent.value.challengeId, input.returnTo) }) : sent
  },
})

export const finishByText = formAction({
  name: 'signInByText',
  who: 'anybody',
  schema: z.strictObject({ challengeId, code: z.string().trim().min(1, 'sign_in.code_missing').max(64), returnTo }),
  run: async (visit, input) =>
    signedIn(async ({ goOn }) =>
      signInByText({
        challengeId: input.challengeId,
        code: input.code,
        returnTo: safeReturnTo(input.returnTo),
        origin: visit.origin,
        browserHash: browserHash(),
        goOn,
      }),
    ),
})
