import { notFound } from 'next/navigation'
import { csvLine } from '@/lib/csv/write'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { TrialLine } from '@/lib/policy-trials/model'
import { listResults } from '@/lib/policy-trials/store/results'
import { findTrial } from '@/lib/policy-trials/store/trials'
import { adminPageVisit } from '@/lib/request/page'
import { wantedName } from '../words'

const batch = 1000

/**
 * Everybody whom the policy is about, as a file for a spreadsheet. Addresses only for those who may read the sign-in log.
 * Written as it is read, however many there are. @see SEC-283
 */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const path = `/admin/conditional-access/trials/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const trial = await findTrial(db(), id)
  if (trial?.state !== 'done') notFound()
  const maySeeAddresses = may(subject, 'signInLog.read')
  const encoder = new TextEncoder()
  let after = 0
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`\uFEFF${csvLine(headings(maySeeAddresses))}`))
    },
    async pull(controller) {
      const lines = await listResults(db(), trial.id, {}, { after, take: batch })
      const last = lines.at(-1)
      if (last === undefined) return controller.close()
      after = last.position
      controller.enqueue(encoder.encode(lines.map((line) => csvLine(cells(line, maySeeAddresses))).join('')))
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${t('policyTrials.csv.name')}"`,
      'cache-control': 'no-store',
    },
  })
}

function headings(hasAddress: boolean): string[] {
  return [
    ...[t('policyTrials.csv.user'), t('policyTrials.csv.displayName'), t('policyTrials.filter.outcome')],
    ...[t('policyTrials.people.today'), t('policyTrials.csv.newly'), t('policyTrials.people.reason')],
    ...[t('policyTrials.csv.places'), t('policyTrials.csv.placesBlocked'), t('policyTrials.csv.pastRequests')],
    ...[t('policyTrials.csv.pastBlocked'), t('policyTrials.csv.target'), t('policyTrials.csv.platform')],
    ...(hasAddress ? [t('policyTrials.csv.address')] : []),
  ]
}

function cells(line: TrialLine, hasAddress: boolean): string[] {
  const unknown = t('policyTrials.people.unknownPlace')
  return [
    line.userPrincipalName ?? t('policyTrials.people.gone'),
    line.displayName ?? '',
    t(`policyTrials.outcome.${line.outcome}`),
    t(`policyTrials.outcome.${line.outcomeNow}`),
    t(line.isNewlyBlocked ? 'whatIf.yes' : 'whatIf.no'),
    t(`policyTrials.reason.${line.reason}`),
    line.basis === 'unknownPlace' ? unknown : String(line.places),
    String(line.placesBlocked),
    String(line.pastRequests),
    String(line.pastBlocked),
    wantedName(line),
    line.platform === null ? '' : t(`conditionalAccess.platform.${line.platform}`),
    ...(hasAddress ? [line.address ?? ''] : []),
  ]
}
