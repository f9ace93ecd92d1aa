import { expect, test } from 'vitest'
import { formCookieName, newFormCookie } from './form-cookie'

const good = `${formCookieName}=${'a'.repeat(43)}`

test('a browser that has a form cookie keeps it', () => {
  expect(newFormCookie(good)).toBeNull()
  expect(newFormCookie(`a=b; ${good}; c=d`)).toBeNull()
})

test('a browser without one, or with a malformed one, gets 32 random bytes, and the page sees the same', () => {
  for (const given of [undefined, '', 'a=b', `${formCookieName}=short`, `x${good}`]) {
    const made = newFormCookie(given)
    const value = /^__Host-twofold-form=([A-Za-z0-9_-]{43}); Path=\/; Secure; HttpOnly; SameSite=Lax$/.exec(
      made?.setCookie ?? '',
    )?.[1]
    expect(made?.cookie.endsWith(`${formCookieName}=${value}`)).toBe(true)
    expect(made?.cookie.match(/__Host-twofold-form=/g)?.length).toBe(given === `x${good}` ? 2 : 1)
  }
})
