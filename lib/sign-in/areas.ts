import type { Target } from '@/lib/conditional-access/match'
import { applications } from '@/lib/conditional-access/model'

/** A session opens one's own pages, so that is what every sign-in is judged for, wherever it leads. */
export const ownPages = { kind: 'application', id: applications.securityInfo } as const satisfies Target

/** Judged whenever the area's own cookie would be issued. */
export const adminArea = { kind: 'application', id: applications.administration } as const satisfies Target

/** Whether a checked path is one of the admin area. Which policies speak never depends on it: the browser says it. */
export function leadsToAdminArea(path: string | null): boolean {
  return path !== null && /^\/admin(?:[/?]|$)/.test(path)
}
