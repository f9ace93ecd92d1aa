import { StoppedPage } from '@/app/(sign-in)/sign-in/stopped-page'
import { t } from '@/lib/i18n'
import type { Way } from '@/lib/security-info/ways-on'

const waysOf = {
  blocked_no_method: ['pass', 'network'],
  blocked: ['network'],
  other_method_needed: ['stronger', 'pass'],
  nothing_registrable: ['administrator'],
} as const satisfies Record<string, readonly Way[]>
type Reason = keyof typeof waysOf

/** Security info may not be set up or changed from here, in this session: why, and the ways on (decision D1). */
export default async function SecurityInfoBlockedPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const { reason } = await searchParams
  const known: Reason = typeof reason === 'string' && Object.hasOwn(waysOf, reason) ? (reason as Reason) : 'blocked'
  return (
    <StoppedPage
      title={t('signIn.stopped.title')}
      lead={t(`signIn.stopped.lead.${known}`)}
      wanted="securityInfo"
      fallback={waysOf[known]}
    />
  )
}
