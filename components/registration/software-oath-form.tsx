import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import type { PendingSoftwareOath } from '@/lib/security-info/model'
import { ActionForm } from '../ui/action-form'
import { CodeField } from '../ui/code-field'
import { CopyButton } from '../ui/copy-button'
import { Disclosure } from '../ui/disclosure'
import type { FormAction } from '../ui/form-answer'
import { CodeBlock, QrFrame } from '../ui/qr-frame'
import { SubmitButton } from '../ui/submit-button'

/** Before the QR code: what is needed, and the button that makes a secret. Sends nothing but the token. */
export function SoftwareOathStart({ action, token }: { action: FormAction; token: ReactNode }) {
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
      {token}
      <ol className="grid list-decimal gap-2 pl-5 marker:font-medium marker:text-accent">
        <li className="pl-1">{t('registration.app.start.install')}</li>
        <li className="pl-1">{t('registration.app.start.next')}</li>
      </ol>
      <SubmitButton wide pendingLabel={t('ui.pending')}>
        {t('registration.app.start.submit')}
      </SubmitButton>
    </ActionForm>
  )
}

/**
 * QR code, setup key and the first code on one screen. `confirm` gets `code`; `startOver` only the token.
 * The account's name is from the directory and stands in bidi isolation.
 */
export function SoftwareOathConfirm({
  pending,
  confirm,
  startOver,
  token,
  children,
}: {
  pending: PendingSoftwareOath
  confirm: FormAction
  startOver: FormAction
  token: ReactNode
  /** More fields of the confirming form, for example a name. */
  children?: ReactNode
}) {
  return (
    <div className="grid gap-6">
      <QrFrame path={pending.qrPath} size={pending.qrSide} label={t('registration.app.qr.label')} />
      <Disclosure summary={t('registration.app.key.summary')}>
        <p className="text-text-muted">{t('registration.app.key.text')}</p>
        <CodeBlock label={t('registration.app.key.account')}>
          <bdi>{`${pending.issuer}: ${pending.account}`}</bdi>
        </CodeBlock>
        <CodeBlock
          label={t('registration.app.key.label')}
          action={
            <CopyButton
              text={pending.secretGrouped.replaceAll(' ', '')}
              label={t('ui.copy')}
              copiedLabel={t('ui.copied')}
              failedLabel={t('ui.copyFailed')}
            />
          }
        >
          {pending.secretGrouped}
        </CodeBlock>
        {(pending.algorithm !== 'SHA1' || pending.periodSeconds !== 30) && (
          <p>
            {t('registration.app.key.settings', {
              algorithm: pending.algorithm === 'SHA256' ? 'SHA-256' : 'SHA-1',
              seconds: pending.periodSeconds,
            })}
          </p>
        )}
      </Disclosure>
      <ActionForm action={confirm} errorHeading={t('ui.errorSummary.heading')}>
        {token}
        <CodeField
          name="code"
          label={t('registration.app.code.label')}
          hint={t('registration.app.code.hint')}
          required
        />
        {children}
        <SubmitButton wide pendingLabel={t('registration.code.checking')}>
          {t('registration.app.code.submit')}
        </SubmitButton>
      </ActionForm>
      <ActionForm
        action={startOver}
        errorHeading={t('ui.errorSummary.heading')}
        idPrefix="start-over-"
        className="grid justify-items-start gap-3"
      >
        {token}
        <SubmitButton variant="quiet" size="small" className="-mx-3" pendingLabel={t('ui.pending')}>
          {t('registration.app.startOver')}
        </SubmitButton>
      </ActionForm>
    </div>
  )
}
