import { describe, expect, test } from 'vitest'
import { type GuardedRequest, refuse } from './request-guard'

const origin = 'https://id.harbor.example'
const get: GuardedRequest = {
  method: 'GET',
  target: '/',
  hosts: ['id.harbor.example'],
  origins: [],
  fetchSite: undefined,
}
const post: GuardedRequest = { ...get, method: 'POST', origins: [origin], fetchSite: 'same-origin' }
const status = (request: Partial<GuardedRequest>, base = get) => refuse({ ...base, ...request }, origin)?.status ?? 200

describe('SEC-180: only requests for our host are served', () => {
  test.each([
    ['the host itself', ['id.harbor.example'], 200],
    ['in another case', ['ID.Harbor.Example'], 200],
    ['with the default port', ['id.harbor.example:443'], 200],
    ['with another port', ['id.harbor.example:8443'], 421],
    ['a foreign host', ['evil.example'], 421],
    ['a suffix', ['id.harbor.example.evil.example'], 421],
    ['a trailing dot', ['id.harbor.example.'], 421],
    ['user information', ['id.harbor.example@evil.example'], 421],
    ['no host', [], 421],
    ['an empty host', [''], 421],
    ['two lines', ['id.harbor.example', 'id.harbor.example'], 421],
  ])('%s', (_title, hosts, expected) => expect(status({ hosts })).toBe(expected))

  test.each([
    ['absolute form', 'http://evil.example/x', 421],
    ['absolute form of ourselves', 'https://id.harbor.example/', 421],
    ['asterisk form', '*', 421],
    ['two slashes', '//evil.example/x', 400],
    ['a backslash', '/\\evil.example', 400],
    ['an encoded control character', '/a%00b', 400],
    ['broken encoding', '/%zz', 400],
    ['overlong encoding', '/%c0%af', 400],
    ['a query may hold anything', '/?next=//evil.example', 200],
    ['the image optimizer', '/_next/image?url=x', 404],
  ])('%s', (_title, target, expected) => expect(status({ target })).toBe(expected))

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', ''])(
    'a page does not serve %s',
    (method) => {
      expect(refuse({ ...post, method }, origin)).toMatchObject({ status: 405, allow: 'GET, HEAD, POST' })
    },
  )

  test('programs may use the methods of their interfaces', () => {
    for (const target of ['/v1.0/users', '/beta/users', '/scim/v2/Users'])
      for (const method of ['PUT', 'PATCH', 'DELETE']) expect(status({ target, method })).toBe(200)
    expect(status({ target: '/v1.0/users', method: 'TRACE' })).toBe(405)
    expect(status({ target: '/scimitar', method: 'DELETE' })).toBe(405)
  })
})

describe('what providers call', () => {
  const call: GuardedRequest = { ...get, method: 'POST', target: '/callbacks/twilio/messages/1' }
  test.each([
    ['is served without an origin, which no program sends', {}, 200],
    ['is nothing but callbacks', { target: '/callbackshop' }, 403],
    ['is served for our host only', { hosts: ['evil.example'] }, 421],
    ['is not served by other methods', { method: 'PUT' }, 405],
  ])('%s', (_title, request, expected) => expect(status(request, call)).toBe(expected))
})

describe('SEC-160: state changes come from our own pages', () => {
  test.each([
    ['our origin', [origin], 'same-origin', 200],
    ['our origin, a browser without fetch metadata', [origin], undefined, 200],
    ['no origin', [], 'same-origin', 403],
    ['null', ['null'], 'same-origin', 403],
    ['http for https', ['http://id.harbor.example'], undefined, 403],
    ['another port', ['https://id.harbor.example:8443'], undefined, 403],
    ['a subdomain', ['https://x.id.harbor.example'], 'same-site', 403],
    ['a trailing slash', [`${origin}/`], undefined, 403],
    ['two origins', [origin, origin], 'same-origin', 403],
    ['same-site', [origin], 'same-site', 403],
    ['cross-site', [origin], 'cross-site', 403],
    ['a typed address', [origin], 'none', 403],
  ])('%s', (_title, origins, fetchSite, expected) => expect(status({ origins, fetchSite }, post)).toBe(expected))

  test('reading needs no origin, and programs with tokens send none', () => {
    expect(status({ origins: ['https://evil.example'], fetchSite: 'cross-site' })).toBe(200)
    expect(status({ method: 'POST', target: '/scim/v2/Users', origins: [], fetchSite: undefined })).toBe(200)
  })
})
