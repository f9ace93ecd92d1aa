import type { ReactNode } from 'react'
import { IdleGuard } from '@/app/idle-guard'
import { navigationFor } from '@/components/admin/navigation'
import { AdminShell } from '@/components/shell/admin-shell'
import { isAdministrator } from '@/lib/directory/rights'
import { env } from '@/lib/platform/env'
import { currentRequest } from '@/lib/platform/request-context'
import { signedInVisit } from '@/lib/request/desk'
import { mayEnterAdminArea } from '@/lib/request/page'
import { AdminAccount } from './account'

/**
 * The frame of the admin area, drawn only for whoever may be here; for everybody else each page answers by itself (a
 * redirect, or the page that does not exist). It decides nothing.
 */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const found = await signedInVisit()
  const mayEnter =
    found?.session.stage === 'full' && isAdministrator(found.subject) && (await mayEnterAdminArea(found.session.id))
  if (!found || !mayEnter) return children
  return (
    <AdminShell
      organisation={env().ORGANISATION_NAME}
      account={<AdminAccount name={found.subject.displayName} userPrincipalName={found.subject.userPrincipalName} />}
      sections={navigationFor(found.subject, requestedPath())}
    >
      {children}
      <IdleGuard sessionId={found.session.id} />
    </AdminShell>
  )
}

/** The framework tells a layout nothing of the page inside; the menu marks where the request went. */
function requestedPath(): string {
  const target = currentRequest().res.req.url ?? '/admin'
  return target.split('?', 1)[0] ?? '/admin'
}
