import type { AuditActor } from '@/lib/audit/model'
import { isAdministrator } from '@/lib/directory/rights'
import type { Session } from './model'
import type { SessionOwner } from './session'

/** Who acts, as the audit trail names them: somebody signed in, or on the way there. */
export function actorOf(subject: SessionOwner, session: Pick<Session, 'id'>): AuditActor {
  return {
    kind: isAdministrator(subject) ? 'administrator' : 'user',
    id: subject.id,
    userPrincipalName: subject.userPrincipalName,
    sessionId: session.id,
  }
}
