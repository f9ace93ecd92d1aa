import { notFound } from 'next/navigation'
import type { NextRequest } from 'next/server'
import { findPolicy } from '@/lib/conditional-access/store'
import { csvLine } from '@/lib/csv/write'
import { db } from '@/lib/platform/db'
import { findPolicyImpact } from '@/lib/reports/policy-impact-store'
import { download } from '@/lib/request/download'
import { adminPageVisit } from '@/lib/request/page'
import { readQuestion } from '../question'

/** The numbers of the page as a file for a spreadsheet, hour by hour. Nobody is named in it. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const path = `/admin/conditional-access/${encodeURIComponent(id)}/impact`
  const { at } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const policy = await findPolicy(db(), id)
  if (!policy) notFound()
  const { window, target } = readQuestion(Object.fromEntries(request.nextUrl.searchParams))
  return download({
    name: `policy-impact-${window}.csv`,
    type: 'text/csv',
    pieces: async function* () {
      yield `\uFEFF${csvLine(['policy', 'hour', 'request', 'mode', 'result', 'reason', 'count'])}`
      for (const row of await findPolicyImpact(db(), { policyId: policy.id, window, target }, at))
        yield csvLine([
          policy.displayName,
          row.hour.toISOString(),
          row.isRegistration ? 'registration' : 'signIn',
          row.isReportOnly ? 'reportOnly' : 'on',
          row.outcome,
          row.reason,
          String(row.count),
        ])
    },
  })
}
