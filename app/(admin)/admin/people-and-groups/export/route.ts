import { notFound } from 'next/navigation'
import type { NextRequest } from 'next/server'
import { exportKinds, exportRightOf, recordExport } from '@/lib/directory-files/commands'
import { groupsAsCsv, peopleAsCsv } from '@/lib/directory-files/export'
import { download } from '@/lib/request/download'
import { adminPageVisit } from '@/lib/request/page'

/** People or groups as a file, written as it is read. That it was taken is recorded before. @see SEC-210, SEC-283 */
export async function GET(request: NextRequest): Promise<Response> {
  const kind = exportKinds.find((word) => word === request.nextUrl.searchParams.get('of'))
  if (kind === undefined) notFound()
  const visit = await adminPageVisit({ right: exportRightOf(kind), path: '/admin/people-and-groups' })
  const recorded = await recordExport(visit, kind)
  if (!recorded.ok) notFound()
  return kind === 'people'
    ? download({ name: 'people.csv', type: 'text/csv', pieces: peopleAsCsv })
    : download({
        name: kind === 'groups' ? 'groups.csv' : 'groups-with-members.csv',
        type: 'text/csv',
        pieces: () => groupsAsCsv(kind === 'groupsWithMembers'),
      })
}
