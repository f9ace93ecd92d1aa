import type { Metadata } from 'next'
import { t } from '@/lib/i18n'
import { StoppedPage } from '../../../stopped-page'

export const metadata: Metadata = { title: t('terms.declined.title') }

/** Somebody declined: what that means, and the ways on. */
export default function DeclinedPage() {
  return (
    <StoppedPage
      title={t('terms.declined.title')}
      lead={t('terms.declined.lead')}
      wanted={null}
      fallback={['readAgain', 'askAboutTerms']}
    />
  )
}
