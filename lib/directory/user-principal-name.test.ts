import { describe, expect, it } from 'vitest'
import { displayNameSchema, userPrincipalNameSchema } from '@/lib/directory/user-principal-name'

const accepts = (text: string) => userPrincipalNameSchema.safeParse(text).success

describe('login names (40 §7.1)', () => {
  it('are kept in lower case, without the blanks around them', () => {
    expect(userPrincipalNameSchema.parse(' Ana.Silva@Harbor.Example ')).toBe('ana.silva@harbor.example')
  })

  it("may hold letters, digits and ' . - _ ! # ^ ~ before the @", () => {
    expect(accepts("a'b.c-d_e!f#g^h~9@harbor.example")).toBe(true)
    for (const other of [
      ' ',
      '"',
      '$',
      '%',
      '&',
      '*',
      '+',
      '/',
      '=',
      '?',
      '`',
      '{',
      '|',
      '(',
      ',',
      ';',
      '\u0000',
      'é',
      'а',
    ])
      expect(accepts(`a${other}b@harbor.example`), other).toBe(false)
  })

  it('hold at most 64 characters before, 48 after the @ and 113 in all', () => {
    expect(accepts(`${'a'.repeat(64)}@${'b'.repeat(48)}`)).toBe(true)
    expect(accepts(`${'a'.repeat(65)}@b`)).toBe(false)
    expect(accepts(`a@${'b'.repeat(49)}`)).toBe(false)
  })

  it('have one @ and no dot right before it', () => {
    for (const text of ['ana', '@harbor.example', 'ana@', 'a@b@c', 'ana.@harbor.example', 'ana@-harbor', ''])
      expect(accepts(text), text).toBe(false)
    expect(accepts('a@b')).toBe(true)
  })
})

describe('display names', () => {
  it('may be in any script and hold no control or invisible characters', () => {
    for (const text of ['Ana Silva', 'Žofie Nováková', '山田 花子', "O'Neil"])
      expect(displayNameSchema.safeParse(text).success, text).toBe(true)
    for (const text of ['', '   ', 'a\u0000b', 'a\u202Eb', 'a\u200Bb', 'a\nb', 'x'.repeat(257)])
      expect(displayNameSchema.safeParse(text).success, text).toBe(false)
  })
})
