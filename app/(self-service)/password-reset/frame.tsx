import type { ReactNode } from 'react'
import { DemoNote } from '@/app/(sign-in)/sign-in/demo-note'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { TextLink } from '@/components/ui/button'
import { t } from '@/lib/i18n'
import type { ResetView } from '@/lib/password-reset/view'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'

/** The page of one step: whose account was named, what to do, and at its foot the ways out, which are always the same. */
export function ResetFrame({
  view,
  children,
  hasWaysOut = true,
  isContact = false,
}: {
  view: ResetView
  children: ReactNode
  hasWaysOut?: boolean
  /** This is the page that its foot would lead to. */
  isContact?: boolean
}) {
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-7">
        {children}
        {hasWaysOut && (
          <footer className="grid gap-4 border-t border-border pt-5">
            <dl className="grid gap-1 text-sm text-text-muted">
              <div className="flex flex-wrap gap-x-2">
                <dt>{t('passwordReset.account')}:</dt>
                <dd className="min-w-0 break-all">
                  <bdi>{view.name}</bdi>
                </dd>
              </div>
              <div className="flex flex-wrap gap-x-2">
                <dt>{t('passwordReset.reference')}:</dt>
                <dd>
                  <code className="font-mono text-text select-all">{view.reference}</code>
                </dd>
              </div>
            </dl>
            <ul className="flex flex-wrap gap-x-6 gap-y-2">
              {!isContact && (
                <li>
                  <TextLink href="/password-reset/contact">{t('passwordReset.contact.link')}</TextLink>
                </li>
              )}
              <li>
                <TextLink href="/password-reset">{t('passwordReset.startAgain')}</TextLink>
              </li>
              <li>
                <TextLink href="/sign-in">{t('passwordReset.back')}</TextLink>
              </li>
            </ul>
          </footer>
        )}
      </div>
    </NarrowShell>
  )
}

/** The hidden fields of every form of a reset. None may be called `reset`: a form's own function of that name would be gone. */
export function ResetFields({ view }: { view: ResetView }) {
  return (
    <>
      <FormToken />
      <input type="hidden" name="resetId" value={view.id} />
    </>
  )
}
