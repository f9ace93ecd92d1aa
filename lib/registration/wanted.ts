import { applications } from '@/lib/conditional-access/model'
import type { Session } from '@/lib/sign-in/model'

/** What the person wants to open decides which policies speak. */
export function wantedApplication(session: Pick<Session, 'returnTo'>): string {
  return session.returnTo === '/admin' || session.returnTo?.startsWith('/admin/')
    ? applications.administration
    : applications.securityInfo
}
