import 'server-only'
import { recordOf } from '@/lib/audit/record'
import { isBreakGlass } from '@/lib/conditional-access/break-glass'
import { directoryRoles } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import type { Tx, Write } from '@/lib/platform/db'
import type { Asking } from '@/lib/security-info/change'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'

/**
 * An emergency account signed in: it passes every policy, so every use of it is told to all Global Administrators and
 * recorded, in the transaction of the sign-in. The mail is sent at most once an hour for each account; the trail has
 * each time. Answers what is still to be written; nothing for other accounts.
 *
 * @see `30` §11, `50` §10
 */
export async function alertOfBreakGlass(
  tx: Tx,
  { actor, origin }: Pick<Asking, 'actor' | 'origin'>,
  session: Session,
  { policySet, subject }: PersonFacts,
  at: Date,
): Promise<readonly Write[]> {
  if (!isBreakGlass(policySet, subject)) return []
  const { mailsPerHour } = limits.breakGlass
  const turn = await consume(tx, throttleKey('breakGlass', subject.id), { max: mailsPerHour, windowSeconds: 3600 }, at)
  if (turn.allowed) {
    const holders = await tx.roleAssignment.findMany({
      where: { roleId: directoryRoles.globalAdministrator, user: { accountEnabled: true } },
      select: { userId: true },
      distinct: ['userId'],
      orderBy: { userId: 'asc' },
    })
    const values = { at: at.toISOString(), method: subject.userPrincipalName, clientAddress: origin.clientAddress }
    for (const { userId } of holders) await notifySecurityEvent(tx, { userId, template: 'breakGlassSignedIn', values })
  }
  return [
    recordOf({
      activity: 'breakGlassSignedIn',
      at,
      outcome: 'success',
      reason: turn.allowed ? 'administrators_told' : 'told_within_the_hour',
      actor,
      origin,
      target: { kind: 'user', id: subject.id, name: subject.userPrincipalName },
      correlationId: session.correlationId,
    }),
  ]
}
