/** The wizard: one step at a time until the account is safe. */
export const registration = {} as const
