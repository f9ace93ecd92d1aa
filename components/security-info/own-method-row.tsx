import type { ReactNode } from 'react'
import { isPhoneKind } from '@/lib/authentication-methods/model'
import { formatDate, t } from '@/lib/i18n'
import type { MethodView } from '@/lib/security-info/model'
import { ActionForm } from '../ui/action-form'
import { ButtonLink } from '../ui/button'
import { ConfirmDialog } from '../ui/confirm-dialog'
import type { FormAction } from '../ui/form-answer'
import { SubmitButton } from '../ui/submit-button'
import { Tag } from '../ui/tag'
import { MethodRow } from './method-list'
import { RemoveMethodForm } from './remove-method-form'

/** One of the person's own methods with all that can be done to it. Each button names its method for those who hear it. */
export function OwnMethodRow({
  method,
  isLast,
  makeDefault,
  switchTextSignIn,
  remove,
  token,
}: {
  method: MethodView
  /** Whether it is the last one that protects the account beside the password. */
  isLast: boolean
  makeDefault: FormAction
  switchTextSignIn: FormAction
  remove: FormAction
  token: ReactNode
}) {
  const kind = t(`securityInfo.method.${method.kind}`)
  const title = method.name ?? kind
  const which = (action: string) => t('securityInfo.list.which', { action, method: wordsFor(method, title) })
  const look = { variant: 'secondary', size: 'small' } as const
  return (
    <MethodRow
      kind={method.kind}
      picture={method.picture}
      title={<bdi>{title}</bdi>}
      detail={[title === kind ? null : kind, method.detail].filter(Boolean).join(' · ')}
      tags={
        <>
          {method.isDefault && (
            <Tag tone="info">
              {t(
                method.defaultMode
                  ? `securityInfo.method.default.${method.defaultMode}`
                  : 'securityInfo.method.default',
              )}
            </Tag>
          )}
          {method.unusableReason && <Tag tone="warning">{t('securityInfo.list.unusable')}</Tag>}
        </>
      }
      facts={factsOf(method)}
      note={
        method.unusableReason
          ? t(`securityInfo.unusable.${method.unusableReason}`)
          : method.isModelRefused && t('securityInfo.list.modelRefused')
      }
      actions={
        <>
          {defaultChoices(method).map(({ mode, label }) => (
            <ActionForm
              key={label}
              action={makeDefault}
              errorHeading={t('ui.errorSummary.heading')}
              className="grid gap-3"
            >
              {token}
              <input type="hidden" name="methodId" value={method.id} />
              {mode && <input type="hidden" name="mode" value={mode} />}
              <SubmitButton {...look} pendingLabel={t('ui.pending')} aria-label={which(label)}>
                {label}
              </SubmitButton>
            </ActionForm>
          ))}
          {method.signsInByText !== null && (
            <ActionForm action={switchTextSignIn} errorHeading={t('ui.errorSummary.heading')} className="grid gap-3">
              {token}
              <input type="hidden" name="methodId" value={method.id} />
              <input type="hidden" name="on" value={method.signsInByText ? 'no' : 'yes'} />
              <SubmitButton {...look} pendingLabel={t('ui.pending')}>
                {t(method.signsInByText ? 'securityInfo.list.textSignIn.off' : 'securityInfo.list.textSignIn.on')}
              </SubmitButton>
            </ActionForm>
          )}
          {method.isRenamable && (
            <ButtonLink
              {...look}
              href={`/security-info/rename/${method.id}`}
              aria-label={which(t('securityInfo.list.rename'))}
            >
              {t('securityInfo.list.rename')}
            </ButtonLink>
          )}
          {method.isChangeable && (
            <ButtonLink
              {...look}
              href={`/security-info/change/${method.id}`}
              aria-label={which(t('securityInfo.list.change'))}
            >
              {t('securityInfo.list.change')}
            </ButtonLink>
          )}
          {method.kind === 'recoveryCodes' && (
            <ButtonLink
              {...look}
              href="/security-info/recovery-codes"
              aria-label={which(t('securityInfo.recoveryCodes.renew'))}
            >
              {t('securityInfo.recoveryCodes.renew')}
            </ButtonLink>
          )}
          <ConfirmDialog
            href={`/security-info/remove/${method.id}`}
            trigger={t('securityInfo.list.remove')}
            triggerLabel={which(t('securityInfo.list.remove'))}
            triggerStyle={look}
            title={t(isLast ? 'securityInfo.remove.lastTitle' : 'securityInfo.remove.title')}
            cancelLabel={t('securityInfo.remove.cancel')}
          >
            <RemoveMethodForm method={method} title={title} isLast={isLast} action={remove} token={token} />
          </ConfirmDialog>
        </>
      }
    />
  )
}

/** The ways in which a method may become the default: one, or for a phone that is texted and called the ones it is not. */
function defaultChoices({ isDefault, isDefaultEligible, ways, defaultMode }: MethodView) {
  if (!isDefaultEligible) return []
  if (ways.length === 0) return isDefault ? [] : [{ mode: null, label: t('securityInfo.list.makeDefault') }]
  return ways
    .filter((mode) => mode !== defaultMode)
    .map((mode) => ({ mode, label: t(`securityInfo.list.makeDefault.${mode}`) }))
}

/** Two passkeys without a name differ by nothing else that could be heard. */
function wordsFor(method: MethodView, title: string): string {
  return method.detail && (isPhoneKind(method.kind) || method.kind === 'email') ? `${title} ${method.detail}` : title
}

/** When it was added and last used, or how long a pass lives. */
export function factsOf(method: MethodView): string[] {
  const day = (at: string) => formatDate(new Date(at), 'date')
  const facts = [
    t(method.origin === 'admin' ? 'securityInfo.list.addedByAdministrator' : 'securityInfo.list.added', {
      at: day(method.createdAt),
    }),
  ]
  if (method.signsInByText) facts.push(t('securityInfo.list.signsIn'))
  if (method.expiresAt) {
    const key = method.unusableReason === 'expired' ? 'securityInfo.list.expired' : 'securityInfo.list.expires'
    facts.push(t(key, { at: formatDate(new Date(method.expiresAt)) }))
    if (method.isUsableOnce) facts.push(t('securityInfo.list.once'))
  } else {
    facts.push(
      method.lastUsedAt
        ? t('securityInfo.list.used', { at: day(method.lastUsedAt) })
        : t('securityInfo.list.neverUsed'),
    )
  }
  return facts
}
