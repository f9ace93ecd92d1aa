import type { NextRequest } from 'next/server'
import { kept } from '@/components/admin/query'
import { homeText, whyText } from '@/components/admin/reset-words'
import { recordAlone } from '@/lib/audit/record'
import { csvLine } from '@/lib/csv/write'
import { db } from '@/lib/platform/db'
import type { ResetEvent } from '@/lib/reports/password-resets'
import { eachResetEvent } from '@/lib/reports/password-resets-store'
import { download } from '@/lib/request/download'
import { adminPageVisit } from '@/lib/request/page'
import { filterNames, readFilter } from '../filters'

/** The filtered list as a file, newest first, written as it is read. That it was taken is recorded. @see SEC-210, SEC-283 */
export async function GET(request: NextRequest): Promise<Response> {
  const visit = await adminPageVisit({ right: 'passwordResets.read', path: '/admin/password-resets' })
  const given = Object.fromEntries(request.nextUrl.searchParams)
  const filter = await readFilter(given)
  const asked = Object.entries(kept(given, filterNames)).filter(([, value]) => value !== undefined)
  await recordAlone({
    activity: 'reportExported',
    at: visit.at,
    outcome: 'success',
    actor: visit.actor,
    origin: visit.origin,
    correlationId: visit.session.correlationId,
    after: { report: 'passwordResets', format: 'csv', filters: Object.fromEntries(asked) },
  })
  return download({
    name: 'password-resets.csv',
    type: 'text/csv',
    pieces: async function* () {
      yield `\uFEFF${csvLine(columns.map(({ name }) => name))}`
      if (filter === null) return
      for await (const events of eachResetEvent(db(), filter, visit.at))
        yield events.map((event) => csvLine(columns.map(({ value }) => value(event)))).join('')
    },
  })
}

const columns: readonly { readonly name: string; readonly value: (event: ResetEvent) => string }[] = [
  { name: 'reference', value: ({ reference }) => reference },
  { name: 'started', value: ({ startedAt }) => startedAt.toISOString() },
  { name: 'lastStep', value: ({ changedAt }) => changedAt.toISOString() },
  { name: 'userPrincipalName', value: ({ userPrincipalName }) => userPrincipalName ?? '' },
  { name: 'displayName', value: ({ displayName }) => displayName ?? '' },
  { name: 'askedFor', value: ({ purpose }) => purpose ?? '' },
  { name: 'outcome', value: ({ outcome }) => outcome },
  { name: 'reason', value: ({ reason }) => reason ?? '' },
  { name: 'reasonInWords', value: ({ reason }) => (reason === null ? '' : whyText(reason)) },
  { name: 'proven', value: ({ provenWays }) => provenWays.join(' ') },
  { name: 'failed', value: ({ failedWays }) => failedWays.join(' ') },
  { name: 'passwordLives', value: (event) => (event.home === null ? '' : homeText(event)) },
  { name: 'address', value: ({ clientAddress }) => clientAddress ?? '' },
  { name: 'askedForHelp', value: ({ isHelpAsked }) => (isHelpAsked ? 'yes' : 'no') },
]
