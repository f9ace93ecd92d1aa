/** Signing in: user name, password, pass, second factor, and the page that asks for more information. */
export const signIn = {} as const
