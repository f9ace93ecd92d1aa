import { t } from '@/lib/i18n'
import type { MethodView } from '@/lib/security-info/model'
import { methodTitle } from '@/lib/security-info/view'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { mfaMethods } from '@/lib/sign-in/usable'
import { decideMfa, deleteMethod, requireReregister, revokeSessions } from './actions'
import { ConfirmForm } from './confirm-form'
import { personPath } from './person'

/** The questions before something that cannot be taken back, each with its title and its form. */

export function deleteQuestion(method: MethodView, facts: PersonFacts) {
  const { id, displayName: name } = facts.subject
  const usable = mfaMethods(facts)
  const isLast = usable.length === 1 && usable[0]?.id === method.id
  return {
    title: t('admin.user.delete.question', { method: methodTitle(method), name }),
    form: (
      <ConfirmForm
        action={deleteMethod}
        fields={{ targetId: id, methodId: method.id, returnTo: personPath(id) }}
        confirmLabel={t('admin.user.delete.confirm')}
      >
        {method.detail && <bdi className="font-medium wrap-anywhere">{method.detail}</bdi>}
        <p>{t('admin.user.delete.text', { name })}</p>
        {isLast && <p className="font-medium">{t('admin.user.delete.last')}</p>}
      </ConfirmForm>
    ),
  }
}

export function reregisterQuestion({ subject: { id, displayName: name } }: PersonFacts) {
  return {
    title: t('admin.user.reregister.question', { name }),
    form: (
      <ConfirmForm
        action={requireReregister}
        fields={{ targetId: id, returnTo: personPath(id) }}
        confirmLabel={t('admin.user.reregister.action')}
      >
        <p>{t('admin.user.reregister.text')}</p>
      </ConfirmForm>
    ),
  }
}

export function revokeQuestion({ subject: { id, displayName: name } }: PersonFacts) {
  return {
    title: t('admin.user.sessions.question', { name }),
    form: (
      <ConfirmForm
        action={revokeSessions}
        fields={{ targetId: id, returnTo: personPath(id) }}
        confirmLabel={t('admin.user.sessions.action')}
      >
        <p>{t('admin.user.sessions.text')}</p>
      </ConfirmForm>
    ),
  }
}

export function perUserMfaQuestion({ subject: { id, displayName: name }, registration }: PersonFacts) {
  const isOn = registration.perUserMfaState !== 'disabled'
  return {
    title: t(`registrationPolicies.perUser.question.${isOn ? 'off' : 'on'}`, { name }),
    action: t(isOn ? 'registrationPolicies.perUser.turnOff' : 'registrationPolicies.perUser.turnOn'),
    form: (
      <ConfirmForm
        action={decideMfa}
        fields={{ targetId: id, returnTo: personPath(id), state: isOn ? 'disabled' : 'enabled' }}
        confirmLabel={t(isOn ? 'registrationPolicies.perUser.turnOff' : 'registrationPolicies.perUser.turnOn')}
      >
        <p>{t(isOn ? 'registrationPolicies.perUser.offText' : 'registrationPolicies.perUser.text')}</p>
      </ConfirmForm>
    ),
  }
}
