import type { Metadata } from 'next'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { ButtonLink } from '@/components/ui/button'
import { PageHeading } from '@/components/ui/page-heading'
import { t } from '@/lib/i18n'

export const metadata: Metadata = { title: t('trouble.notFound.title') }

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
