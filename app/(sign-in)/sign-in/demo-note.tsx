import { TextLink } from '@/components/ui/button'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'

/** Says on the demonstration, and only there, that it is one, and where its messages arrive. */
export function DemoNote() {
  const { TWOFOLD_DEMO, DEMO_INBOX_URL } = env()
  if (!TWOFOLD_DEMO || !DEMO_INBOX_URL) return null
  return (
    <p className="text-sm leading-relaxed text-text-muted">
      <Tag tone="warning">{t('signIn.demo.title')}</Tag> {t('signIn.demo.text')}{' '}
      <TextLink href={DEMO_INBOX_URL}>{t('signIn.demo.inbox')}</TextLink>
    </p>
  )
}
