'use server'

import { z } from 'zod'
import { db } from '@/lib/platform/db'
import { scriptAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { touchSession } from '@/lib/sign-in/session'

/** Somebody pressed "Stay signed in": the seconds now left before the session ends for want of activity. */
export const extendSession = scriptAction<z.ZodObject, readonly ['full'], number | null>({
  name: 'extendSession',
  who: ['full'],
  schema: z.strictObject({}),
  run: async ({ session, at }) => ok({ value: await touchSession(db(), session.id, at) }),
})
