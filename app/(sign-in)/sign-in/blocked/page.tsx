import { t } from '@/lib/i18n'
import { StoppedPage } from '../stopped-page'

/** The policies do not let this sign-in go on from here; which of them is for the administrators' log. */
export default function BlockedPage() {
  return (
    <StoppedPage
      title={t('signIn.blocked.title')}
      lead={t('signIn.blocked.lead')}
      wanted="signIn"
      fallback={['network', 'administrator']}
    />
  )
}
