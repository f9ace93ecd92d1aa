import { MethodList, MethodRow } from '@/components/security-info/method-list'
import { ActionForm } from '@/components/ui/action-form'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { formatDate, t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import type { MethodView } from '@/lib/security-info/model'
import { methodTitle } from '@/lib/security-info/view'
import { type PersonVisit, personPath } from './person'
import { switchTextSignIn } from './phone/actions'
import { deleteQuestion } from './questions'

/** What the person has registered: what works first, then what does not, with the reason. */
export function PersonMethods({ person }: { person: PersonVisit }) {
  const { methods, methodsRefusal } = person
  if (methods === null) {
    return (
      <Card id="methods" title={t('admin.user.methods.hidden')}>
        <p className="text-text-muted">{methodsRefusal}</p>
      </Card>
    )
  }
  const usable = methods.filter(({ unusableReason }) => unusableReason === null)
  const unusable = methods.filter(({ unusableReason }) => unusableReason !== null)
  return (
    <>
      <Card id="usable" title={t('admin.user.usable')} description={t('admin.user.usable.lead')} padding="none">
        {usable.length === 0 ? (
          <p className="border-t border-border px-5 py-6 text-text-muted sm:px-6">{t('admin.user.usable.none')}</p>
        ) : (
          <div className="border-t border-border">
            <MethodList label={t('admin.user.usable')}>
              {usable.map((method) => (
                <Row key={method.id} method={method} person={person} />
              ))}
            </MethodList>
          </div>
        )}
      </Card>
      {unusable.length > 0 && (
        <Card id="unusable" title={t('admin.user.unusable')} description={t('admin.user.unusable.lead')} padding="none">
          <div className="border-t border-border">
            <MethodList label={t('admin.user.unusable')}>
              {unusable.map((method) => (
                <Row key={method.id} method={method} person={person} />
              ))}
            </MethodList>
          </div>
        </Card>
      )}
    </>
  )
}

function Row({ method, person }: { method: MethodView; person: PersonVisit }) {
  const title = methodTitle(method)
  const kind = t(`securityInfo.method.${method.kind}`)
  const question = deleteQuestion(method, person.facts)
  const mayDelete = person.refusal('methods.update') === null
  return (
    <MethodRow
      kind={method.kind}
      picture={method.picture}
      title={<bdi>{title}</bdi>}
      detail={[title === kind ? null : kind, method.detail].filter(Boolean).join(' · ') || undefined}
      tags={
        <>
          {method.isDefault && <Tag tone="info">{t('securityInfo.method.default')}</Tag>}
          {method.isModelRefused && <Tag tone="warning">{t('admin.user.modelRefused')}</Tag>}
          {method.unusableReason && <Tag tone="warning">{t(`admin.user.unusable.${method.unusableReason}`)}</Tag>}
        </>
      }
      facts={factsOf(method)}
      actions={
        mayDelete && (
          <>
            {method.signsInByText !== null && <TextSignIn method={method} person={person} />}
            <ConfirmDialog
              href={`${personPath(person.facts.subject.id)}/delete/${method.id}`}
              trigger={t('admin.user.delete.action')}
              triggerLabel={t('admin.user.delete.label', {
                method: method.detail ? `${title} ${method.detail}` : title,
              })}
              title={question.title}
              cancelLabel={t('admin.user.keep')}
            >
              {question.form}
            </ConfirmDialog>
          </>
        )
      }
    />
  )
}

/** Whether the number and a text message sign the person in. */
function TextSignIn({ method, person }: { method: MethodView; person: PersonVisit }) {
  const { id } = person.facts.subject
  return (
    <ActionForm action={switchTextSignIn} errorHeading={t('ui.errorSummary.heading')} className="grid gap-3">
      <FormToken />
      <input type="hidden" name="targetId" value={id} />
      <input type="hidden" name="returnTo" value={personPath(id)} />
      <input type="hidden" name="methodId" value={method.id} />
      <input type="hidden" name="on" value={method.signsInByText ? 'no' : 'yes'} />
      <SubmitButton variant="secondary" size="small" pendingLabel={t('ui.pending')}>
        {t(method.signsInByText ? 'admin.user.textSignIn.off' : 'admin.user.textSignIn.on')}
      </SubmitButton>
    </ActionForm>
  )
}

function factsOf(method: MethodView): string[] {
  const at = formatDate(new Date(method.createdAt), 'date')
  const isPass = method.kind === 'temporaryAccessPass'
  return [
    t(method.origin === 'admin' ? 'admin.user.fact.addedByAdmin' : 'admin.user.fact.added', { at }),
    ...(method.lastUsedAt
      ? [t('admin.user.fact.used', { at: formatDate(new Date(method.lastUsedAt), 'date') })]
      : [t('admin.user.fact.neverUsed')]),
    ...(method.signsInByText ? [t('admin.user.fact.signsInByText')] : []),
    ...(method.expiresAt ? [t('admin.user.fact.until', { at: formatDate(new Date(method.expiresAt)) })] : []),
    ...(isPass && method.isUsableOnce ? [t('admin.user.fact.once')] : []),
  ]
}
