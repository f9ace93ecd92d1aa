import { randomBytes } from 'node:crypto'

/** The form token is a keyed hash of this cookie, so a form posts only from the browser that was given the page (SEC-161). */
export const formCookieName = '__Host-twofold-form'

/**
 * The `Set-Cookie` and `Cookie` lines that give a browser its form cookie, or null when it has one.
 *
 * `SameSite=Lax`: another site's form post carries no such cookie, but a link from a mail does. With `Strict` every
 * visit by a link would get a new cookie and break the forms of the tabs that are open.
 */
export function newFormCookie(cookieHeader: string | undefined): { setCookie: string; cookie: string } | null {
  const given = cookieHeader ?? ''
  if (new RegExp(`(?:^|;\\s*)${formCookieName}=[A-Za-z0-9_-]{43}(?:;|$)`).test(given)) return null
  const pair = `${formCookieName}=${randomBytes(32).toString('base64url')}`
  const others = given
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith(`${formCookieName}=`))
  return {
    setCookie: `${pair}; Path=/; Secure; HttpOnly; SameSite=Lax`,
    cookie: [...others, pair].join('; '),
  }
}
