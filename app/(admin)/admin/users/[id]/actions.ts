'use server'

import { z } from 'zod'
import { perUserMfaStateSchema } from '@/lib/authentication-methods/registration-policy'
import { formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { removeMethodOf, requireReregistration, revokeSessionsOf } from '@/lib/security-info/administer'
import { decidePerUserMfa } from '@/lib/security-info/administer-per-user-mfa'

/** What an administrator does to somebody else. Each command decides rights and freshness again, where it writes. */

const target = { targetId: z.uuid(), returnTo: z.string().max(512) }

/** `done` names the sentence that the person's page then shows. */
function back(targetId: string, done: 'deleted' | 'reregister' | 'revoked' | 'perUserMfa'): string {
  return `/admin/users/${targetId}?done=${done}`
}

export const deleteMethod = formAction({
  name: 'admin.deleteMethod',
  who: ['full'],
  right: 'methods.update',
  schema: z.strictObject({ ...target, methodId: z.uuid() }),
  run: async (visit, { targetId, methodId }) => {
    const result = await removeMethodOf(visit, { targetId, methodId })
    return result.ok ? ok({ go: back(targetId, 'deleted') }) : result
  },
})

export const requireReregister = formAction({
  name: 'admin.requireReregistration',
  who: ['full'],
  right: 'users.requireReregistration',
  schema: z.strictObject(target),
  run: async (visit, { targetId }) => {
    const result = await requireReregistration(visit, targetId)
    return result.ok ? ok({ go: back(targetId, 'reregister') }) : result
  },
})

export const revokeSessions = formAction({
  name: 'admin.revokeSessions',
  who: ['full'],
  right: 'sessions.revoke',
  schema: z.strictObject(target),
  run: async (visit, { targetId }) => {
    const result = await revokeSessionsOf(visit, targetId)
    return result.ok ? ok({ go: back(targetId, 'revoked') }) : result
  },
})

export const decideMfa = formAction({
  name: 'admin.perUserMfa',
  who: ['full'],
  right: 'perUserMfa.update',
  schema: z.strictObject({ ...target, state: perUserMfaStateSchema }),
  run: async (visit, { targetId, state }) => {
    const result = await decidePerUserMfa(visit, { targetId, state })
    return result.ok ? ok({ go: back(targetId, 'perUserMfa') }) : result
  },
})
