import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { t } from '@/lib/i18n'

/** Our own page, because the built-in one has inline styles that the content security policy refuses. */
export default function NotFound() {
  return (
    <NarrowShell>
      <div className="grid gap-6">
        <PageHeading lead={t('trouble.notFound.text')}>{t('trouble.notFound.title')}</PageHeading>
        <ButtonLink href="/" wide>
          {t('trouble.home')}
        </ButtonLink>
      </div>
    </NarrowShell>
  )
}
