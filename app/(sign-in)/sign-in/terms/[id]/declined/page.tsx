import { t } from '@/lib/i18n'
import { StoppedPage } from '../../../stopped-page'

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
