'use server'

import { z } from 'zod'
import type { PublicKeyCredentialCreationOptionsJSON } from '@/lib/authentication-methods/kinds/passkey'
import { scriptAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'

/** A passkey that the browser makes by itself after a sign-in with a password. */

const nothing = z.strictObject({})

export const startUpgrade = scriptAction<typeof nothing, readonly ['full'], PublicKeyCredentialCreationOptionsJSON>({
  name: 'startPasskeyUpgrade',
  who: ['full'],
  schema: nothing,
  run: async (asking) => {
    const started = await startPasskey(asking, { occasion: 'upgrade' })
    return started.ok ? ok({ value: started.value }) : started
  },
})

const answer = z.strictObject({
  response: z.looseObject({ id: z.string().max(2048) }),
  name: z.string().max(256).nullable().default(null),
})

export const finishUpgrade = scriptAction<typeof answer, readonly ['full'], string>({
  name: 'finishPasskeyUpgrade',
  who: ['full'],
  schema: answer,
  run: async (asking, { response, name }) => {
    const finished = await finishPasskey(asking, { response, name, occasion: 'upgrade' })
    return finished.ok ? ok({ value: finished.value.methodId }) : finished
  },
})
