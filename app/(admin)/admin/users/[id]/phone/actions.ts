'use server'

import { z } from 'zod'
import { phoneKinds } from '@/lib/authentication-methods/model'
import { formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { addPhoneOf } from '@/lib/security-info/administer-phones'
import { switchTextSignInOf } from '@/lib/security-info/text-sign-in'

const target = { targetId: z.uuid(), returnTo: z.string().max(512) }

export const addPhone = formAction({
  name: 'admin.addPhone',
  who: ['full'],
  right: 'methods.update',
  schema: z.strictObject({
    ...target,
    kind: z.enum(phoneKinds),
    contact: z.string().max(64),
    contactCountry: z.string().max(2).optional(),
    extension: z.string().max(64).optional(),
  }),
  keep: ['kind', 'contact', 'contactCountry', 'extension'],
  run: async (visit, { targetId, kind, contact, contactCountry: country, extension }) => {
    const added = await addPhoneOf(visit, { targetId, kind, contact, country, extension })
    return added.ok ? ok({ go: `/admin/users/${targetId}?done=phoneAdded` }) : added
  },
})

export const switchTextSignIn = formAction({
  name: 'admin.switchTextSignIn',
  who: ['full'],
  right: 'methods.update',
  schema: z.strictObject({ ...target, methodId: z.uuid(), on: z.enum(['yes', 'no']) }),
  run: async (visit, { targetId, methodId, on }) => {
    const switched = await switchTextSignInOf(visit, { targetId, methodId, isOn: on === 'yes' })
    return switched.ok ? ok({ go: `/admin/users/${targetId}?done=textSignIn` }) : switched
  },
})
