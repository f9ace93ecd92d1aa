import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributeMapDefaults } from '@/lib/directory/connector/model'
import { entryIdOf, guidOf, isIssue, nameKeyOf, personFacts, sidOf } from './facts'
import type { RawEntry } from './model'

const entry = (values: Record<string, string | Uint8Array | (string | Uint8Array)[]>): RawEntry => ({
  distinguishedName: 'cn=ana,dc=harbor',
  values: new Map(
    Object.entries(values).map(([name, some]) => [
      name.toLowerCase(),
      [some].flat().map((value) => (typeof value === 'string' ? Buffer.from(value) : value)),
    ]),
  ),
})
const guid = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const sid = Buffer.from('0105000000000005150000000100000002000000030000005504 0000'.replace(' ', ''), 'hex')
const ldap = attributeMapDefaults.ldap
const active = attributeMapDefaults.activeDirectory

describe('ids', () => {
  it('of Active Directory are written as Microsoft writes them', () => {
    expect(guidOf(guid)).toBe('03020100-0504-0706-0809-0a0b0c0d0e0f')
    expect(sidOf(sid)).toBe('S-1-5-21-1-2-3-1109')
    expect(sidOf(Buffer.from('0105', 'hex'))).toBeNull()
    expect(guidOf(Buffer.from('00'))).toBeNull()
  })

  it.each([
    ['1 one value', { entryUUID: '6F9619FF-8B86-D011-B42D-00C04FC964FF' }, '6f9619ff-8b86-d011-b42d-00c04fc964ff'],
    ['2 none', {}, null],
    ['3 two values', { entryUUID: ['a', 'b'] }, null],
    ['4 no text', { entryUUID: Buffer.from([0xff, 0xfe]) }, null],
    ['5 something else', { entryUUID: "a' OR 1=1" }, null],
  ])('%s', (_, values, expected) => {
    expect(entryIdOf(entry(values), 'ldap', ldap)).toBe(expected)
  })
})

describe('personFacts', () => {
  const good = { entryUUID: 'a-1', mail: 'Ana@Harbor.example', cn: 'Ana Berg' }
  it.each([
    ['1 whole', good, { userPrincipalName: 'ana@harbor.example', displayName: 'Ana Berg', isEnabled: true }],
    ['2 without a name of their own', { ...good, cn: [] }, { displayName: 'ana@harbor.example' }],
    [
      '3 a lock after wrong passwords disables nobody',
      { ...good, pwdAccountLockedTime: '20261130140721Z' },
      { isEnabled: true },
    ],
    [
      '3a a lock that only an administrator may lift does (slapo-ppolicy)',
      { ...good, pwdAccountLockedTime: '000001010000Z' },
      { isEnabled: false },
    ],
    ['3b so does that of 389 Directory Server', { ...good, nsAccountLock: 'true' }, { isEnabled: false }],
    ['3c which may say that there is none', { ...good, nsAccountLock: 'FALSE' }, { isEnabled: true }],
    ['4 a phone that is none', { ...good, telephoneNumber: '=cmd|x' }, { businessPhone: null }],
    ['5 a phone', { ...good, telephoneNumber: '+49 30 1234 ext. 7' }, { businessPhone: '+49 30 1234 ext. 7' }],
    ['6 no login name', { ...good, mail: [] }, { reason: 'name_missing' }],
    ['7 a login name that is none', { ...good, mail: 'ana' }, { reason: 'name_invalid' }],
    ['8 letters that look like others', { ...good, mail: 'аna@harbor.example' }, { reason: 'name_invalid' }],
    ['9 a name that turns the line round', { ...good, cn: 'a\u202eb' }, { reason: 'display_name_invalid' }],
    ['10 a language', { ...good, preferredLanguage: 'en;q=0.5, de-AT' }, { language: 'de-at' }],
    ['11 none', good, { language: null }],
    [
      '12 a language that is none',
      { ...good, preferredLanguage: "German';--" },
      { language: null, displayName: 'Ana Berg' },
    ],
    ['13 no text', { ...good, preferredLanguage: Buffer.from([0xff, 0xfe]) }, { language: null }],
    ['14 no id', { ...good, entryUUID: [] }, { reason: 'entry_id_missing' }],
  ])('%s', (_, values, expected) => {
    expect(personFacts(entry(values), 'ldap', ldap)).toMatchObject(expected)
  })

  it.each([
    ['1 normal', '512', true],
    ['2 disabled', '514', false],
    ['3 disabled, password never expires', '66050', false],
    ['4 no number', 'x', true],
  ])('of Active Directory, userAccountControl: %s', (_, userAccountControl, isEnabled) => {
    const values = { objectGUID: guid, userPrincipalName: 'ana@harbor.example', userAccountControl }
    const facts = personFacts(entry({ ...values, objectSid: sid, primaryGroupID: '513' }), 'activeDirectory', active)
    expect(isIssue(facts)).toBe(false)
    expect(facts).toMatchObject({ isEnabled, primaryGroupSid: 'S-1-5-21-1-2-3-513' })
  })
})

it('whatever stands there as a language, it costs nobody their entry', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 64 })), (preferredLanguage) => {
      const said = entry({ entryUUID: 'a-1', mail: 'ana@harbor.example', cn: 'Ana', preferredLanguage })
      expect(personFacts(said, 'ldap', ldap)).toMatchObject({
        userPrincipalName: 'ana@harbor.example',
        displayName: 'Ana',
      })
    }),
  )
})

it('a name has one key in all its spellings, and another name another', () => {
  const key = (name: string) => Buffer.from(nameKeyOf(name)).toString('hex')
  expect(key('CN=Ana\\2C Berg, OU=People,DC=harbor')).toBe(key('cn=ana\\, berg,ou=people,dc=Harbor'))
  expect(key('cn=ana\\,ou=people')).not.toBe(key('cn=ana,ou=people'))
})
