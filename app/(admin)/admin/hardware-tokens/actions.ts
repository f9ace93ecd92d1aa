'use server'

import { z } from 'zod'
import { removeToken } from '@/lib/hardware-oath/commands'
import { formAction, staleProof } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { activateTokenOf, assignTokenTo, takeTokenBack } from '@/lib/security-info/administer-tokens'

/** What is done with one token. Whose it is asks for the right over that person, decided again where it is written. */

const list = '/admin/hardware-tokens'
const token = { tokenId: z.uuid(), returnTo: z.string().max(512) }

export const assign = formAction({
  name: 'hardwareOath.assign',
  who: ['full'],
  right: 'methods.update',
  schema: z.strictObject({ ...token, userPrincipalName: z.string().max(1024) }),
  keep: ['userPrincipalName'],
  run: async (visit, { tokenId, userPrincipalName }) => {
    const result = await assignTokenTo(visit, { tokenId, userPrincipalName })
    return result.ok ? ok({ go: `${list}/${tokenId}?done=assigned` }) : result
  },
})

export const activate = formAction({
  name: 'hardwareOath.activate',
  who: ['full'],
  right: 'methods.update',
  schema: z.strictObject({ ...token, code: z.string().max(64) }),
  run: async (visit, { tokenId, code }) => {
    const result = await activateTokenOf(visit, { tokenId, code })
    return result.ok ? ok({ go: `${list}/${tokenId}?done=activated` }) : result
  },
})

export const unassign = formAction({
  name: 'hardwareOath.unassign',
  who: ['full'],
  right: 'methods.update',
  schema: z.strictObject(token),
  run: async (visit, { tokenId }) => {
    const result = await takeTokenBack(visit, tokenId)
    return result.ok ? ok({ go: `${list}/${tokenId}?done=unassigned` }) : result
  },
})

export const remove = formAction({
  name: 'hardwareOath.delete',
  who: ['full'],
  right: 'hardwareOath.update',
  schema: z.strictObject(token),
  run: async (visit, { tokenId, returnTo }) => {
    const stale = staleProof(visit, returnTo)
    if (stale) return stale
    const result = await removeToken(visit, tokenId)
    return result.ok ? ok({ go: `${list}?done=deleted` }) : result
  },
})
