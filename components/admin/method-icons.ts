import type { IconName } from '@/components/ui/icon'
import type { MethodKind } from '@/lib/authentication-methods/model'

/** The pictures of kinds where they stand small, beside their names. */
export const methodIcons: Readonly<Record<MethodKind, IconName>> = {
  passkey: 'passkey',
  softwareOath: 'timer',
  hardwareOath: 'token',
  mobilePhone: 'phone',
  alternateMobilePhone: 'phone',
  officePhone: 'call',
  email: 'mail',
  securityQuestions: 'question',
  recoveryCodes: 'list',
  temporaryAccessPass: 'ticket',
}
