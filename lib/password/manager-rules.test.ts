import { expect, it } from 'vitest'
import { checkPassword } from './check'
import { managerRules } from './manager-rules'

it.each([
  ['nist', 15, 'minlength: 20; maxlength: 256; allowed: lower, upper, digit; allowed: [-];'],
  ['nist', 40, 'minlength: 40; maxlength: 256; allowed: lower, upper, digit; allowed: [-];'],
  ['entra', 8, 'minlength: 20; maxlength: 256; required: lower; required: upper; required: digit; allowed: [-];'],
] as const)('%s with at least %d characters', (profile, lengthMin, text) =>
  expect(managerRules({ profile, lengthMin, blockedWords: [] })).toBe(text),
)

it('what managers make of it is accepted', () => {
  const about = {
    ...{ userPrincipalName: 'ana@harbor.example', displayName: 'Ana Silva', organisationName: 'Harbor' },
    ...{ isCommon: false, isBreached: false, isCurrent: false },
  }
  for (const profile of ['nist', 'entra'] as const)
    for (const generated of ['mipkox-7vyrhe-gAwruk', 'hufNyd-cyswe2-vinfoq'])
      expect(checkPassword(generated, { profile, lengthMin: 15, blockedWords: [] }, about)).toEqual([])
})
