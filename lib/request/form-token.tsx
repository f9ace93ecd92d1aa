import 'server-only'
import { equalBytes, keyedHash, sha256 } from '@/lib/platform/hash'
import { formCookie, readCookie } from './cookies'

/**
 * The form token: proof that a form was drawn by us for this browser. It is bound to the browser's own cookie and not
 * to the session, because the session's id changes at each step and a second tab must not lose its form by that.
 */
export async function formToken(): Promise<string> {
  const cookie = await readCookie(formCookie)
  return cookie ? tokenFor(cookie) : ''
}

export async function isFormToken(token: string): Promise<boolean> {
  const cookie = await readCookie(formCookie)
  return cookie !== null && equalBytes(Buffer.from(token), Buffer.from(tokenFor(cookie)))
}

/** Names the browser in rows without keeping its cookie. */
export async function browserHash(): Promise<Uint8Array<ArrayBuffer>> {
  return sha256((await readCookie(formCookie)) ?? '')
}

function tokenFor(cookie: string): string {
  return Buffer.from(keyedHash('FORM_KEY', 'form token', cookie)).toString('base64url')
}

/** The hidden field that every form carries. */
export async function FormToken() {
  return <input type="hidden" name="formToken" value={await formToken()} />
}
