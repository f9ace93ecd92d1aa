import 'server-only'
import { equalBytes, keyedHash, sha256 } from '@/lib/platform/hash'
import { formCookie, readCookie } from './cookies'

/**
 * The form token: proof that a form was drawn by us for this browser. It is bound to the browser's own cookie and not
 * to the session, because the session's id changes at each step and a second tab must not lose its form by that.
 */
export function formToken(): string {
  const cookie = readCookie(formCookie)
  return cookie ? tokenFor(cookie) : ''
}

export function isFormToken(token: string): boolean {
  const cookie = readCookie(formCookie)
  return cookie !== null && equalBytes(Buffer.from(token), Buffer.from(tokenFor(cookie)))
}

/** Names the browser in rows without keeping its cookie. */
export function browserHash(): Uint8Array<ArrayBuffer> {
  return sha256(readCookie(formCookie) ?? '')
}

function tokenFor(cookie: string): string {
  return Buffer.from(keyedHash('FORM_KEY', 'form token', cookie)).toString('base64url')
}

/** The hidden field that every form carries. */
export function FormToken() {
  return <input type="hidden" name="formToken" value={formToken()} />
}
