import { t } from '@/lib/i18n'
import { ButtonLink } from '../ui/button'
import { LookAgain } from '../ui/look-again'

/** Waits for what a directory says to a new password: looks again by itself where scripts run. */
export function DirectoryAnswer({ href }: { href: string }) {
  return (
    <>
      <LookAgain />
      <ButtonLink href={href} variant="secondary">
        {t('password.directory.findingOut.look')}
      </ButtonLink>
    </>
  )
}
