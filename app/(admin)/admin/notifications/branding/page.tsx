import { kept, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Notice } from '@/components/ui/notice'
import { may } from '@/lib/directory/rights'
import { failureMessage, hasMessage, mailLocales, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { findLogo, readMailBranding } from '@/lib/notifications/mail-settings'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { readVersion } from '../../proposal'
import { MailPreview } from '../mail-preview'
import { proposedBranding } from '../shown-mail'
import { BrandingForm } from './branding-form'
import { LogoCard } from './logo-card'

const path = '/admin/notifications/branding'
const done = {
  saved: 'mailSettings.saved',
  logo: 'mailSettings.logo.stored',
  logoRemoved: 'mailSettings.logo.removed',
} as const

/** Colour, logo, whom to ask, and what that looks like. `change`: what was filled in before looking at it. */
export default async function BrandingPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const visit = await adminPageVisit({ right: 'mailSettings.read', path })
  const given = await searchParams
  const { document, version } = await readMailBranding(db())
  const change = parameter(given, 'change', 16_384)
  const proposed = proposedBranding(change)
  const logo = await findLogo(db())
  const mayUpdate = may(visit.subject, 'mailSettings.update')
  const word = parameter(given, 'done')
  const language = mailLocales.find((known) => known === parameter(given, 'language'))
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/notifications">{t('mailSettings.back')}</BackLink>}
        lead={t('mailSettings.branding.lead')}
      >
        {t('mailSettings.branding.title')}
      </PageHeading>
      {word && word in done && <Notice tone="success">{t(done[word as keyof typeof done])}</Notice>}
      {proposed && <Notice>{t('mailSettings.branding.previewed')}</Notice>}
      <div className="grid items-start gap-8 xl:grid-cols-2">
        {mayUpdate && (
          <div className="grid min-w-0 gap-8">
            <BrandingForm
              key={`${version} ${change}`}
              branding={proposed ?? document}
              version={proposed ? readVersion(parameter(given, 'version')) : version}
            />
            <LogoCard logo={logo} error={uploadError(parameter(given, 'error'))} />
          </div>
        )}
        <MailPreview
          visit={visit}
          template="methodAdded"
          language={language}
          change={{ branding: proposed ? change : undefined }}
          path={path}
          query={kept(given, ['version', 'change'])}
        />
      </div>
    </>
  )
}

function uploadError(code: string | undefined): string | null {
  if (code === undefined || !hasMessage(`failure.${code}`)) return null
  const { logoBytesMax, logoPixelsMin: min, logoPixelsMax: max } = limits.mail
  return failureMessage({
    kind: 'invalid',
    code,
    retryAfterSeconds: 60,
    details: { kibibytes: logoBytesMax / 1024, min, max },
  })
}
