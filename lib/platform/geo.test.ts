import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const packaged = 'node_modules/@ip-location-db/geo-whois-asn-country-mmdb'

describe('the country of an address', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'twofold-countries-')), 'countries.mmdb')
  let now = 0

  /** The module as a process with these settings has it. */
  async function geo(own: string | undefined) {
    vi.resetModules()
    for (const name of ['twofold.env', 'twofold.country-database'])
      delete (globalThis as Record<symbol, unknown>)[Symbol.for(name)]
    vi.stubEnv('COUNTRY_DATABASE_FILE', own)
    return import('./geo')
  }
  /** Puts another file in place, as an update does, and lets the time pass after which it is looked at. */
  function replace(write: (path: string) => void): void {
    write(`${file}.new`)
    renameSync(`${file}.new`, file)
    now += 6000
  }

  beforeEach(() => {
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  it('comes from the open database, for IPv4 and IPv6', async () => {
    const { countryOfAddress, countryDatabase } = await geo(undefined)
    // Addresses of authorities and universities that do not move.
    expect(countryOfAddress('193.0.6.139')).toBe('NL')
    expect(countryOfAddress('2001:67c:2e8:22::c100:68b')).toBe('NL')
    expect(countryOfAddress('130.149.7.201')).toBe('DE')
    expect(countryDatabase()).toMatchObject({ isOwn: false })
    expect(countryDatabase()?.builtAt.getUTCFullYear()).toBeGreaterThanOrEqual(2026)
  })

  it.each(['10.0.0.1', '127.0.0.1', '240.0.0.1', 'fd00::1', '::1', 'somewhere', ''])(
    'of %j is not known',
    async (text) => {
      const { countryOfAddress } = await geo(undefined)
      expect(countryOfAddress(text)).toBeNull()
    },
  )

  it('follows a file of the operator when it is replaced, and keeps the last good one', async () => {
    copyFileSync(`${packaged}/geo-whois-asn-country-ipv6.mmdb`, file)
    const { countryOfAddress, countryDatabase } = await geo(file)
    expect(countryOfAddress('2001:67c:2e8:22::c100:68b')).toBe('NL')
    expect(countryDatabase()).toMatchObject({ isOwn: true })
    expect(countryOfAddress('193.0.6.139')).toBeNull()
    replace((path) => copyFileSync(`${packaged}/geo-whois-asn-country.mmdb`, path))
    expect(countryOfAddress('193.0.6.139')).toBe('NL')
    replace((path) => writeFileSync(path, 'not a database'))
    expect(countryOfAddress('193.0.6.139')).toBe('NL')
    rmSync(file)
    now += 6000
    expect(countryOfAddress('193.0.6.139')).toBe('NL')
  })

  it('is not known where there is no database', async () => {
    const { countryOfAddress, countryDatabase } = await geo('/nowhere/countries.mmdb')
    expect(countryOfAddress('193.0.6.139')).toBeNull()
    expect(countryDatabase()).toBeNull()
  })
})
