import 'server-only'
import { type DirectoryRole, directoryRoles } from '@/lib/directory/model'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { nameOfRange, takeUntold } from '@/lib/throttle/send-brakes'

/** Who can release a brake is who hears of it. */
const told: readonly DirectoryRole[] = ['authenticationPolicyAdministrator', 'globalAdministrator']

/**
 * Tells administrators by mail that text messages were stopped, once for each time a brake goes on: taking the brake
 * from the list and queueing the mails is one transaction.
 *
 * @see SEC-066
 */
export async function alertOfBrakes(): Promise<void> {
  await transaction(async (tx) => {
    const brakes = await takeUntold(tx, now())
    if (brakes.length === 0) return
    const holders = await tx.roleAssignment.findMany({
      where: { roleId: { in: told.map((role) => directoryRoles[role]) }, user: { accountEnabled: true } },
      select: { userId: true },
      distinct: ['userId'],
    })
    for (const { range, at } of brakes)
      for (const { userId } of holders)
        await notifySecurityEvent(tx, {
          userId,
          template: 'textMessagesStopped',
          values: { at: at.toISOString(), method: nameOfRange(range) },
        })
  })
}
