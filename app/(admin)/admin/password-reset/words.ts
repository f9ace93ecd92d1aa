import 'server-only'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'
import type { GroupNames, Line } from '../authentication-methods/words'

/** The policy in words, line by line. */
export function resetInWords(policy: PasswordResetPolicy, names: GroupNames): Line[] {
  const who =
    policy.enabledFor === 'selected'
      ? (names.get(policy.groupId ?? '') ?? t('methodsPolicy.targets.gone'))
      : t(`passwordResetPolicy.enabledFor.${policy.enabledFor}`)
  return [{ term: t('passwordResetPolicy.words.who'), text: who }, ...allButScopeInWords(policy)]
}

/** All but whom reset is for. */
export function allButScopeInWords(policy: PasswordResetPolicy): Line[] {
  const yesOrNo = (value: boolean) => t(value ? 'admin.yes' : 'admin.no')
  const kinds = policy.allowedMethodKinds.map((kind) => t(`securityInfo.method.${kind}`))
  return [
    {
      term: t('passwordResetPolicy.words.number'),
      text: t(`passwordResetPolicy.number.${policy.numberOfMethodsRequired}`),
    },
    {
      term: t('passwordResetPolicy.words.allowed'),
      text: kinds.length === 0 ? t('admin.none') : kinds.join(t('admin.listSeparator')),
    },
    { term: t('passwordResetPolicy.words.required'), text: yesOrNo(policy.isRegistrationRequired) },
    {
      term: t('passwordResetPolicy.words.reconfirm'),
      text: t('passwordResetPolicy.reconfirm.days', { count: policy.reconfirmDays }),
    },
    ...questionsInWords(policy),
    { term: t('passwordResetPolicy.words.administrators'), text: yesOrNo(policy.isAdministratorResetAllowed) },
    ...selfServiceInWords(policy, yesOrNo),
  ]
}

function selfServiceInWords({ selfService }: PasswordResetPolicy, yesOrNo: (value: boolean) => string): Line[] {
  const { helpdesk, refusalDetail } = selfService
  return [
    { term: t('passwordResetPolicy.unlock'), text: yesOrNo(selfService.isUnlockAllowed) },
    { term: t('passwordResetPolicy.unlockEndsLockout'), text: yesOrNo(selfService.isLockoutEndedByUnlock) },
    { term: t('passwordResetPolicy.passkey'), text: yesOrNo(selfService.isPasskeyAccepted) },
    { term: t('passwordResetPolicy.writeback'), text: yesOrNo(selfService.isWritebackAllowed) },
    { term: t('passwordResetPolicy.notifyPerson'), text: yesOrNo(selfService.isPersonNotified) },
    { term: t('passwordResetPolicy.notifyAdministrators'), text: yesOrNo(selfService.areAdministratorsNotified) },
    { term: t('passwordResetPolicy.refusalDetail'), text: yesOrNo(refusalDetail === 'code') },
    { term: t('passwordResetPolicy.helpdesk'), text: helpdesk ?? t('admin.none') },
  ]
}

/** Only where they count: else they say nothing about anybody. Questions of one's own stand there in full. */
function questionsInWords({ allowedMethodKinds, securityQuestions: questions }: PasswordResetPolicy): Line[] {
  if (!allowedMethodKinds.includes('securityQuestions')) return []
  const { numberToRegister: register, numberToReset: reset, predefinedQuestions, customQuestions } = questions
  const counts = { predefined: predefinedQuestions.length, custom: customQuestions.length }
  return [
    {
      term: t('securityQuestions.words.questions'),
      text: t('securityQuestions.words.numbers', { register, reset }),
    },
    {
      term: t('securityQuestions.words.offered'),
      text: [t('securityQuestions.words.offered.value', counts), ...customQuestions].join(t('admin.listSeparator')),
    },
    {
      term: t('securityQuestions.words.alone'),
      text: t(questions.isOnlyGateAccepted ? 'admin.yes' : 'admin.no'),
    },
  ]
}
