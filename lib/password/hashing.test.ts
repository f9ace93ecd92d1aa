import { afterEach, describe, expect, test } from 'vitest'
import { hashesAtOnce, hashSecret, verifyNothing, verifySecret } from './hashing'
import { isHashable } from './model'

async function hashed(text: string): Promise<string> {
  const result = await hashSecret(text)
  if (!result.ok) throw new Error('hashing was busy')
  return result.value
}

describe('hashing a secret', () => {
  const pending: Promise<unknown>[] = []
  afterEach(() => Promise.all(pending.splice(0)))

  test('the right text verifies, any other does not', async () => {
    const phc = await hashed('correct horse battery staple')
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=.{6}\$/)
    expect(await verifySecret('correct horse battery staple', phc)).toEqual({
      ok: true,
      value: { matches: true, needsRehash: false },
    })
    expect(await verifySecret('Correct horse battery staple', phc)).toMatchObject({ value: { matches: false } })
  })

  test('two hashes of one text differ', async () => {
    expect(await hashed('same')).not.toBe(await hashed('same'))
  })

  test('text in another normalisation form is the same text; spaces and case are kept', async () => {
    const phc = await hashed('caf\u00e9 ')
    expect(await verifySecret('cafe\u0301 ', phc)).toMatchObject({ value: { matches: true } })
    expect(await verifySecret('caf\u00e9', phc)).toMatchObject({ value: { matches: false } })
  })

  test('SEC-111: how long a text is, is counted in its composed form', async () => {
    const decomposed = 'e\u0301'.repeat(256)
    const phc = await hashed(decomposed)
    expect(await verifySecret(decomposed, phc)).toMatchObject({ value: { matches: true } })
    expect(await verifySecret('\u00e9'.repeat(256), phc)).toMatchObject({ value: { matches: true } })
    expect(isHashable('e\u0301'.repeat(257))).toBe(false)
  })

  test('nothing is cut off: texts that differ only at their end differ', async () => {
    const phc = await hashed(`${'a'.repeat(255)}b`)
    expect(await verifySecret(`${'a'.repeat(255)}c`, phc)).toMatchObject({ value: { matches: false } })
  })

  test('a hash with older parameters still verifies and asks to be renewed', async () => {
    const { hash } = await import('@node-rs/argon2')
    const { keyedHash } = await import('@/lib/platform/hash')
    const keyId = /keyid=(.{6})/.exec(await hashed('x'))?.[1]
    const old = await hash(Buffer.from(keyedHash('PASSWORD_PEPPER', 'old')).toString('base64'), {
      memoryCost: 8192,
      timeCost: 1,
      parallelism: 1,
    })
    const phc = old.replace(/p=1\$/, `p=1,keyid=${keyId}$`)
    expect(await verifySecret('old', phc)).toEqual({ ok: true, value: { matches: true, needsRehash: true } })
    expect(await verifySecret('new', phc)).toEqual({ ok: true, value: { matches: false, needsRehash: false } })
  })

  test('a hash of another pepper and text that is no hash do not match', async () => {
    const phc = await hashed('right')
    const foreign = phc.replace(/keyid=.{6}/, 'keyid=AAAAAA')
    for (const stored of [foreign, '', 'plain', phc.replace(/,keyid=.{6}/, ''), `${phc}$`]) {
      expect(await verifySecret('right', stored)).toMatchObject({ value: { matches: false } })
    }
  })

  test('text that cannot be a secret is refused before hashing', async () => {
    for (const text of ['', 'a\u0000b', '\ud800', 'a'.repeat(257), '😀'.repeat(257)]) {
      expect(isHashable(text)).toBe(false)
      await expect(hashSecret(text)).rejects.toThrow()
      expect(await verifySecret(text, 'x')).toMatchObject({ value: { matches: false } })
    }
    expect(isHashable('😀'.repeat(256))).toBe(true)
  })

  test('the cores are shared by the processes, and each has one at least', () => {
    const shares = [
      [8, 1],
      [8, 3],
      [2, 2],
      [2, 4],
      [1, 1],
    ] as const
    expect(shares.map(([cores, processes]) => hashesAtOnce(cores, processes))).toEqual([8, 2, 1, 1, 1])
  })

  test('a full queue answers busy at once, and the next one is served again', async () => {
    const answers = Array.from({ length: 60 }, () => verifyNothing('flood'))
    pending.push(...answers)
    const results = await Promise.all(answers)
    const busy = results.filter((result) => !result.ok)
    expect(busy.length).toBeGreaterThan(0)
    expect(busy[0]).toMatchObject({ failure: { kind: 'busy', code: 'service.busy', retryAfterSeconds: 1 } })
    expect(results.length - busy.length).toBeGreaterThanOrEqual(32)
    expect(await verifyNothing('later')).toMatchObject({ ok: true })
  })
})
