import { isDefaultEligible } from '@/lib/authentication-methods/default-method'
import { maskEmail } from '@/lib/authentication-methods/kinds/email'
import { joinExtension, maskPhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import { shouldRenew } from '@/lib/authentication-methods/kinds/recovery-codes'
import { passUsability } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import { isPhoneKind, type MethodKind } from '@/lib/authentication-methods/model'
import { refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { mayReset, maySignInByText, mayUse } from '@/lib/authentication-methods/policy'
import type { ModelView } from '@/lib/fido-metadata/model'
import { type MessageKey, t } from '@/lib/i18n'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { deviceName } from '@/lib/sign-in/device'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { SessionSummary } from '@/lib/sign-in/model'
import { isWhole } from '@/lib/sign-in/usable'
import type { MethodView, OwnSessionView } from './model'
import { waysToPhone } from './phone-ways'

/**
 * The methods as their owner or an administrator sees them, built field by field: no secret, no full contact. Passkeys are told
 * with their model where `models` has it (`passkeyModels`).
 */
export function methodViews(facts: PersonFacts, at: Date, models: Models = noModels): MethodView[] {
  return facts.methods.map((method) => methodView(facts, method, at, models))
}

type Models = ReadonlyMap<string, ModelView>
const noModels: Models = new Map()

function methodView(facts: PersonFacts, method: RegisteredMethod, at: Date, models: Models): MethodView {
  const { detail } = method
  const model = detail.kind === 'passkey' ? models.get(detail.aaguid) : undefined
  const unusableReason = unusable(facts, method, at)
  const isDefault = facts.defaultMethodId === method.id
  const ways = isPhoneKind(method.kind) ? waysToPhone(facts, method.kind) : []
  return {
    id: method.id,
    kind: method.kind,
    name: method.name,
    detail: [model?.name, detailOf(method)].filter(Boolean).join(' · ') || null,
    picture: model?.icon ?? null,
    isModelRefused: model?.isRefused ?? false,
    createdAt: method.createdAt.toISOString(),
    lastUsedAt: method.lastUsedAt?.toISOString() ?? null,
    isDefault,
    isDefaultEligible: isDefaultEligible(method.kind) && unusableReason === null,
    ways: ways.length > 1 ? ways : [],
    signsInByText:
      detail.kind === 'mobilePhone' && maySignInByText(facts.methodsPolicy, facts.subject)
        ? detail.isSmsSignInEnabled
        : null,
    defaultMode: isDefault && ways.length > 1 ? (facts.defaultMethodMode ?? 'sms') : null,
    isRenamable: isRenamable(method.kind),
    isChangeable: isChangeable(method.kind),
    shouldRenew: detail.kind === 'recoveryCodes' && shouldRenew(detail.left),
    unusableReason,
    expiresAt: detail.kind === 'temporaryAccessPass' ? detail.expiresAt.toISOString() : null,
    isUsableOnce: detail.kind === 'temporaryAccessPass' && detail.isUsableOnce,
    origin: method.origin,
  }
}

/** A number or an address is replaced where it stands; everything else is removed and added anew. `10` §1 */
export function isChangeable(kind: MethodKind): boolean {
  return isPhoneKind(kind) || kind === 'email'
}

/** Kinds of which somebody may have several, and so gives them names. */
export function isRenamable(kind: MethodKind): boolean {
  return kind === 'passkey' || kind === 'softwareOath' || kind === 'hardwareOath'
}

/** One of the person's own sessions, as the person sees it. */
export function ownSessionView(row: SessionSummary, currentId: string): OwnSessionView {
  return {
    id: row.id,
    device: deviceName(row.userAgent),
    clientAddress: row.clientAddress,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    isCurrent: row.id === currentId,
  }
}

function detailOf({ detail }: RegisteredMethod): string | null {
  switch (detail.kind) {
    case 'mobilePhone':
    case 'alternateMobilePhone':
    case 'officePhone':
      return maskPhoneNumber(joinExtension(detail.phoneNumber, detail.extension))
    case 'email':
      return maskEmail(detail.emailAddress)
    case 'passkey':
      return detail.backupEligible ? t('securityInfo.passkey.synced') : t('securityInfo.passkey.deviceBound')
    case 'hardwareOath':
      return t('securityInfo.token.serial', { serialNumber: detail.serialNumber })
    case 'securityQuestions':
      return t('securityInfo.questions.answered', { count: detail.answered })
    case 'recoveryCodes':
      return t('securityInfo.recoveryCodes.left', { left: detail.left, total: detail.total })
    default:
      return null
  }
}

/** What a method is called towards people: the own name, else that of its kind. */
export function methodTitle(method: Pick<RegisteredMethod, 'kind' | 'name'>): string {
  return method.name ?? t(`securityInfo.method.${method.kind}` satisfies MessageKey)
}

/** What it is called in a sentence about one thing. */
export function nameInNotice(method: Pick<RegisteredMethod, 'kind' | 'name'>): string {
  if (method.kind === 'securityQuestions') return t('securityInfo.questions.set')
  return method.kind === 'recoveryCodes' ? t('securityInfo.recoveryCodes.set') : methodTitle(method)
}

function unusable(facts: PersonFacts, method: RegisteredMethod, at: Date): MethodView['unusableReason'] {
  if (method.disabledAt) return method.kind === 'passkey' ? 'suspect' : 'disabled'
  if (method.detail.kind === 'temporaryAccessPass') {
    const allowed = mayUse(facts.methodsPolicy, facts.subject, method.kind, 'signIn').allowed
    const usability = passUsability(
      { ...method.detail, disabledAt: method.disabledAt },
      allowed,
      at,
      facts.methodsPolicy.methods.temporaryAccessPass.isUsableOnce,
    )
    return usability === 'usable'
      ? null
      : usability === 'expired' || usability === 'notYetValid'
        ? usability
        : usability === 'oneTimeUsed'
          ? 'used'
          : 'disabled'
  }
  const permission =
    method.kind === 'email' || method.kind === 'securityQuestions'
      ? mayReset(facts.methodsPolicy, facts.passwordResetPolicy, facts.subject, method.kind)
      : mayUse(facts.methodsPolicy, facts.subject, method.kind, method.kind === 'recoveryCodes' ? 'recovery' : 'mfa')
  if (!permission.allowed) {
    const { reason } = permission
    return reason === 'excluded' || reason === 'not_targeted' || reason === 'administrator' ? reason : 'disabled'
  }
  if (
    method.detail.kind === 'passkey' &&
    refusalOfPasskey(facts.methodsPolicy, facts.subject, method.detail, 'signIn') !== null
  ) {
    return 'disabled'
  }
  if (method.detail.kind === 'recoveryCodes' && method.detail.left === 0) return 'allUsed'
  if (!isWhole(facts, method)) return 'tooFew'
  return method.blockedUntil && method.blockedUntil > at ? 'blocked' : null
}
