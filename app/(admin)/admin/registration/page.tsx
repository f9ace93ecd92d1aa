import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { readMfaRegistrationPolicy, readRegistrationCampaign } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { campaignPath, mfaPolicyPath, registrationPath } from './proposed'
import { campaignInWords, namesIn, policyInWords } from './words'

/** Who must register, and who is reminded to: both policies as they are, for whoever may read them. */
export default async function RegistrationPoliciesPage({
  searchParams,
}: {
  searchParams: Promise<{ saved?: string }>
}) {
  const { subject } = await adminPageVisit({ path: registrationPath })
  const sees = {
    policy: may(subject, 'mfaRegistrationPolicy.read'),
    campaign: may(subject, 'authenticationMethodsPolicy.read'),
  }
  if (!sees.policy && !sees.campaign) notFound()
  const { saved } = await searchParams
  return (
    <>
      <PageHeading lead={t('registrationPolicies.lead')}>{t('registrationPolicies.title')}</PageHeading>
      {saved && <Notice tone="success">{t('policyChanges.saved')}</Notice>}
      <div className="grid max-w-3xl gap-6">
        {sees.policy && <PolicyCard mayChange={may(subject, 'mfaRegistrationPolicy.update')} />}
        {sees.campaign && <CampaignCard mayChange={may(subject, 'authenticationMethodsPolicy.update')} />}
      </div>
    </>
  )
}

async function PolicyCard({ mayChange }: { mayChange: boolean }) {
  const { document } = await readMfaRegistrationPolicy(db())
  const lines = policyInWords(document, await namesIn(document))
  const since = document.enforcedSince && {
    term: t('registrationPolicies.mfa.since'),
    description: formatDate(new Date(document.enforcedSince)),
  }
  return (
    <Card
      id="mfa-policy"
      title={t('registrationPolicies.mfa.title')}
      description={t('registrationPolicies.mfa.lead')}
      actions={mayChange && <Change href={mfaPolicyPath} title={t('registrationPolicies.mfa.title')} />}
    >
      <DescriptionList
        items={[...lines.map(({ term, text }) => ({ term, description: text })), ...(since ? [since] : [])]}
      />
    </Card>
  )
}

async function CampaignCard({ mayChange }: { mayChange: boolean }) {
  const { document } = await readRegistrationCampaign(db())
  const lines = campaignInWords(document, await namesIn(document))
  return (
    <Card
      id="campaign"
      title={t('registrationPolicies.campaign.title')}
      description={t('registrationPolicies.campaign.lead')}
      actions={mayChange && <Change href={campaignPath} title={t('registrationPolicies.campaign.title')} />}
    >
      <DescriptionList items={lines.map(({ term, text }) => ({ term, description: text }))} />
    </Card>
  )
}

function Change({ href, title }: { href: string; title: string }) {
  return (
    <ButtonLink
      href={href}
      variant="secondary"
      size="small"
      aria-label={t('registrationPolicies.editLabel', { title })}
    >
      <Icon name="edit" className="size-4.5" />
      {t('registrationPolicies.edit')}
    </ButtonLink>
  )
}
