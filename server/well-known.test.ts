import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pathWordOf } from '@/components/registration/method-path'
import { wellKnown } from './well-known'

const alone = { PUBLIC_ORIGIN: 'https://id.harbor.example', RELATED_ORIGINS: [] }

describe('documents at fixed places', () => {
  test('lead to pages that exist', () => {
    const origin = alone.PUBLIC_ORIGIN
    expect(wellKnown('/.well-known/passkey-endpoints', alone)).toEqual({
      enroll: `${origin}/security-info/add/${pathWordOf('passkey')}`,
      manage: `${origin}/security-info`,
    })
    expect(existsSync('app/(self-service)/security-info/add/[method]/page.tsx')).toBe(true)
  })

  test('name related origins only where there are any', () => {
    expect(wellKnown('/.well-known/webauthn', alone)).toBeNull()
    const related = { ...alone, RELATED_ORIGINS: ['https://www.harbor-shop.example'] }
    expect(wellKnown('/.well-known/webauthn', related)).toEqual({
      origins: ['https://id.harbor.example', 'https://www.harbor-shop.example'],
    })
  })

  test.each(['/.well-known/', '/.well-known/webauthn/', '/.well-known/WebAuthn', '/.well-known/change-password', '/'])(
    'are at no other place: %s',
    (path) => {
      expect(wellKnown(path, { ...alone, RELATED_ORIGINS: ['https://www.harbor-shop.example'] })).toBeNull()
    },
  )
})
