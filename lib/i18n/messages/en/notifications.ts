/** What is sent by email and SMS. */
export const notifications = {} as const
