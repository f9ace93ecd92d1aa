'use server'

import { z } from 'zod'
import { dropNotice, retryNotice } from '@/lib/notifications/outbox-commands'
import { formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { releaseBrake } from '@/lib/throttle/send-brakes'

const path = '/admin/message-delivery'

export const release = formAction({
  name: 'messageDelivery.releaseBrake',
  who: ['full'],
  right: 'messageDelivery.update',
  schema: z.strictObject({ range: z.string().regex(/^\d{0,8}$/) }),
  run: async (visit, { range }) => {
    await releaseBrake(visit, range)
    return ok({ go: `${path}?done=released` })
  },
})

export const retry = formAction({
  name: 'messageDelivery.retry',
  who: ['full'],
  right: 'messageDelivery.update',
  schema: z.strictObject({ messageId: z.uuid() }),
  run: async (visit, { messageId }) => {
    const isAgain = await retryNotice(visit, messageId)
    return ok({ go: `${path}?done=${isAgain ? 'retried' : 'gone'}` })
  },
})

export const drop = formAction({
  name: 'messageDelivery.drop',
  who: ['full'],
  right: 'messageDelivery.update',
  schema: z.strictObject({ messageId: z.uuid() }),
  run: async (visit, { messageId }) => {
    const isDropped = await dropNotice(visit, messageId)
    return ok({ go: `${path}?done=${isDropped ? 'dropped' : 'notDropped'}` })
  },
})
