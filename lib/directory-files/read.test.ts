import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from '@/lib/csv/write'
import { limits } from '@/lib/limits'
import { groupColumns, personColumns } from './model'
import { readFile } from './read'

const bytes = (text: string) => Buffer.from(text)
const people = (text: string | Uint8Array) => readFile(typeof text === 'string' ? bytes(text) : text, 'people')
const groups = (text: string) => readFile(bytes(text), 'groups')

/** What each line says, or its trouble as `column reason about`. */
function said(read: ReturnType<typeof readFile>): unknown[] {
  if (typeof read === 'string') return [read]
  return read.lines.map((one) =>
    'says' in one
      ? one.says
      : [one.line, one.trouble.column, one.trouble.reason, one.trouble.about].filter(Boolean).join(' '),
  )
}

describe('the row that names the columns', () => {
  const ana = { userPrincipalName: 'ana@harbor.example', displayName: 'Ana' }

  it.each([
    ['userPrincipalName,displayName', 'ana@harbor.example,Ana', ana],
    ['Display Name;UPN', 'Ana;ANA@Harbor.example', ana],
    ['displayname,user name', ' Ana , ana@harbor.example ', ana],
    ['userPrincipalName,givenName,surname', 'ana@harbor.example,Ana,Berg', { ...ana, displayName: 'Ana Berg' }],
    [
      'userPrincipalName,displayName,telephoneNumber,accountEnabled,userType',
      "ana@harbor.example,Ana,'+46 8 1234,False,Member",
      { ...ana, businessPhone: '+46 8 1234', accountEnabled: false, userType: 'member' },
    ],
    ['userPrincipalName,displayName,mail', 'ana@harbor.example,Ana,', { ...ana, mail: null }],
    [
      'userPrincipalName,displayName,guestType',
      'ana@harbor.example,Ana,B2BCollaborationGuest',
      { ...ana, userType: 'guest', guestType: 'b2bCollaborationGuest' },
    ],
    [
      'userPrincipalName,displayName,groups',
      '"ana@harbor.example","Ana","Staff; HR;Staff"',
      { ...ana, groups: ['Staff', 'HR'] },
    ],
  ])('%s', (header, line, expected) => {
    expect(said(people(`${header}\n${line}`))).toEqual([expected])
  })

  it('of Entra’s form for bulk create is understood: blocked is not enabled, the example is none, passwords are dropped', () => {
    const form = [
      'version:v1.0,,,,,',
      'Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required,Block sign in (Yes/No) [accountEnabled] Required,First name [givenName],Office phone [telephoneNumber]',
      'Example: Chris Green,chris@contoso.com,myPassword1234,No,,',
      'Ana,ana@harbor.example,Secret-word-1,No,Ana,',
      'Ben,ben@harbor.example,Secret-word-2,Yes,,040 12',
    ].join('\r\n')
    const read = people(`\uFEFF${form}`)
    expect(said(read)).toEqual([
      { ...ana, accountEnabled: true, businessPhone: null },
      { userPrincipalName: 'ben@harbor.example', displayName: 'Ben', accountEnabled: false, businessPhone: '040 12' },
    ])
    expect(JSON.stringify(read)).not.toContain('Secret-word')
    expect(read).toMatchObject({ unusedColumns: ['Initial password [passwordProfile] Required'] })
  })

  it.each([
    ['only spaces', '   \n', 'file_empty'],
    ['no line', 'userPrincipalName\n', 'file_empty'],
    ['no user name', 'displayName\nAna', 'file_header'],
    ['an open quote', '"userPrincipalName\nana', 'file_header'],
    ['a zero in a heading', 'userPrincipalName,x\u0000y\na@b.example,1', 'file_encoding'],
    ['bytes in a heading that mean nothing', 'userPrincipalName,Gr\uFFFD\uFFFDe\na@b.example,1', 'file_encoding'],
    ['the same column twice', 'userPrincipalName,upn\na,b', 'file_column_twice'],
    ['too many lines', `upn\n${'a@b.example\n'.repeat(limits.directoryFiles.linesMax + 1)}`, 'file_too_many_lines'],
  ])('refuses a file with %s', (_, text, reason) => {
    expect(people(text)).toBe(reason)
  })

  it('names unused columns by whole characters', () => {
    const read = people(`userPrincipalName,${'x'.repeat(63)}🔑🔑\nana@harbor.example,1`)
    expect(read).toMatchObject({ unusedColumns: [`${'x'.repeat(63)}🔑`] })
  })

  it('may be UTF-16 with its mark; without, the file is refused', () => {
    const text = 'userPrincipalName;displayName\nana@harbor.example;Åsa Östberg'
    const expected = [{ ...ana, displayName: 'Åsa Östberg' }]
    expect(said(people(Buffer.from(`\uFEFF${text}`, 'utf16le')))).toEqual(expected)
    expect(said(people(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()))).toEqual(expected)
    expect(people(Buffer.from(text, 'utf16le'))).toBe('file_encoding')
  })
})

describe('a line of a person', () => {
  const header = 'userPrincipalName,displayName,mail,businessPhone,userType,accountEnabled,groups'
  it.each([
    [',Ana,,,,,', '2 userPrincipalName user_name_missing'],
    ['ana,Ana,,,,,', '2 userPrincipalName user_name_invalid'],
    ['anä@harbor.example,Ana,,,,,', '2 userPrincipalName user_name_invalid'],
    ['аna@harbor.example,Ana,,,,,', '2 userPrincipalName user_name_invalid'],
    ['ａｎａ@harbor.example,Ana,,,,,', '2 userPrincipalName user_name_invalid'],
    [`${'a'.repeat(65)}@harbor.example,Ana,,,,,`, '2 userPrincipalName user_name_invalid'],
    ['ana@harbor.example,,,,,,', '2 displayName display_name_missing'],
    [`ana@harbor.example,${'x'.repeat(257)},,,,,`, '2 displayName display_name_invalid'],
    ['ana@harbor.example,A\u202Ena,,,,,', '2 displayName display_name_invalid'],
    ['ana@harbor.example,Ana,no address,,,,', '2 mail mail_invalid'],
    ['ana@harbor.example,Ana,"a@b.example,c@d.example",,,,', '2 mail mail_invalid'],
    ['ana@harbor.example,Ana,"a@b.example\nBcc: x@y.example",,,,', '2 mail mail_invalid'],
    ['ana@harbor.example,Ana,,call me,,,', '2 businessPhone phone_invalid'],
    ['ana@harbor.example,Ana,,,boss,,', '2 userType user_type_invalid'],
    ['ana@harbor.example,Ana,,,,perhaps,', '2 accountEnabled enabled_invalid'],
    ['ana@harbor.example,Ana', '2 column_count'],
    ['ana@harbor.example,Ana,,,,,,more', '2 column_count'],
    ['ana@harbor.example,A\u0000na,,,,,', '2 bad_characters'],
    ['ana@harbor.example,"Ana,,,,,', '2 quote'],
  ])('%j is left out with its column and reason', (line, expected) => {
    expect(said(people(`${header}\n${line}\nben@harbor.example,Ben,,,,,`))[0]).toBe(expected)
  })

  it('with bytes that are no text is left out alone', () => {
    const read = people(
      Buffer.concat([bytes('upn,name\nana@a.example,A'), Buffer.from([0xff]), bytes('\nben@a.example,Ben')]),
    )
    expect(said(read)).toEqual(['2 bad_characters', { userPrincipalName: 'ben@a.example', displayName: 'Ben' }])
  })

  it('of somebody who stood before is left out, in whatever case and letters the name is written', () => {
    const read = people('upn,name\nkim@a.example,A\nKIM@A.example,B\n\u212Aim@a.example,C')
    expect(said(read).slice(1)).toEqual(['3 userPrincipalName duplicate 2', '4 userPrincipalName duplicate 2'])
  })
})

describe('a line of a group', () => {
  it('says members and groups, each once', () => {
    const text =
      'name,description,members,memberGroups\nStaff,All of us,"a@a.example; B@a.example, a@a.example\nc@a.example",HR; IT'
    expect(said(groups(text))).toEqual([
      {
        displayName: 'Staff',
        description: 'All of us',
        members: ['a@a.example', 'b@a.example', 'c@a.example'],
        memberGroups: ['HR', 'IT'],
      },
    ])
  })

  it.each([
    ['name\n""\nX', '2 displayName display_name_missing'],
    [`name,description\nX,${'d'.repeat(1025)}`, '2 description description_invalid'],
    ['name,members\nX,nobody', '2 members user_name_invalid nobody'],
    ['name,members,membersToRemove\nX,a@a.example,A@a.example', '2 membersToRemove member_twice a@a.example'],
  ])('%j is left out', (text, expected) => {
    expect(said(groups(text))[0]).toBe(expected)
  })

  it('may come again with further members, and not with another description', () => {
    const read = groups('name,description,members\nX,one,a@a.example\nX,one,b@a.example\nX,two,c@a.example')
    expect(said(read)[2]).toBe('4 description description_differs')
    expect(said(read)).toHaveLength(3)
  })
})

describe('laws', () => {
  it('whatever the bytes, there is an answer, and every line has its number once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('people', 'groups'), (tail, kind) => {
        const head = kind === 'people' ? 'upn,displayName\n' : 'displayName,members\n'
        const read = readFile(Buffer.concat([bytes(head), tail]), kind as 'people' | 'groups')
        if (typeof read === 'string') return
        const numbers = read.lines.map(({ line }) => line)
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other))
      }),
      { numRuns: 300 },
    )
  })

  /** Names that people really may have, formulas and apostrophes among them. */
  const text = fc
    .stringMatching(/^['=+@|%-]{0,3}[A-Za-zåß"', ;.0-9]{1,20}$/)
    .map((one) => one.normalize('NFC').trim())
    .filter((one) => one !== '')
  const name = fc.stringMatching(/^['a-z0-9_-][a-z0-9-]{0,9}[a-z]@[a-z]{1,8}\.example$/)

  it('a person who is written is read back as the same', () => {
    const person = fc.record({
      userPrincipalName: name,
      displayName: text,
      mail: fc.option(fc.stringMatching(/^[a-z=+'-]{1,9}@[a-z]{1,9}$/)),
      businessPhone: fc.option(fc.stringMatching(/^\+[0-9]{4,9}$/)),
      accountEnabled: fc.boolean(),
      userType: fc.constantFrom('member', 'guest'),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(person, { minLength: 1, maxLength: 9, selector: (one) => one.userPrincipalName }),
        (all) => {
          const lines = all.map((one) =>
            csvLine([
              ...[one.userPrincipalName, one.displayName, one.mail ?? '', one.businessPhone ?? '', one.userType],
              ...['', String(one.accountEnabled), ''],
            ]),
          )
          expect(said(people(`\uFEFF${csvLine(personColumns)}${lines.join('')}`))).toEqual(
            all.map((one) => ({ ...one, groups: [] })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('a group that is written is read back as the same', () => {
    const group = fc.record({
      displayName: text,
      description: fc.option(text),
      members: fc.uniqueArray(name, { maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(group, { minLength: 1, maxLength: 9, selector: (one) => one.displayName }), (all) => {
        const lines = all.map((one) =>
          csvLine([one.displayName, one.description ?? '', one.members.join('; '), '', '']),
        )
        expect(said(groups(`\uFEFF${csvLine(groupColumns)}${lines.join('')}`))).toEqual(
          all.map((one) => ({ ...one, membersToRemove: [], memberGroups: [] })),
        )
      }),
      { numRuns: 300 },
    )
  })
})
