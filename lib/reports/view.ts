import type { RegistrationRow } from '@/lib/reports/model'

/** A row of the registrations list as the screen and the API see it; instants as ISO text. */
export type RegistrationView = Omit<RegistrationRow, 'securityInfoChangedAt'> & {
  readonly securityInfoChangedAt: string | null
}

export function registrationView(row: RegistrationRow): RegistrationView {
  return {
    id: row.id,
    userPrincipalName: row.userPrincipalName,
    displayName: row.displayName,
    userType: row.userType,
    isAdministrator: row.isAdministrator,
    isMfaRegistered: row.isMfaRegistered,
    isMfaCapable: row.isMfaCapable,
    isPasswordlessCapable: row.isPasswordlessCapable,
    isSsprEnabled: row.isSsprEnabled,
    isSsprRegistered: row.isSsprRegistered,
    isSsprCapable: row.isSsprCapable,
    methods: row.methods.map(({ kind, count }) => ({ kind, count })),
    defaultMethodKind: row.defaultMethodKind,
    securityInfoChangedAt: row.securityInfoChangedAt?.toISOString() ?? null,
  }
}
