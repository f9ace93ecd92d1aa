/** The administration area. */
export const admin = {} as const
