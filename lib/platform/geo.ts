import 'server-only'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CountryResponse, Reader } from 'mmdb-lib'
import { env } from './env'
import { log } from './log'
import { root } from './root'

/**
 * The country of an address, from a database file in MaxMind's format on this machine: an open one that comes as a package, or the
 * operator's own. No address leaves the machine. A file that has changed is read anew; one that cannot be read any more
 * leaves the last good one in use, and without any every country is unknown.
 *
 * @see `00` §7, `30` §3
 */

/** Of the package; by place from which addresses are announced and registered. */
const packagedFile = 'node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'

/** How often the file is looked at. */
const lookMilliseconds = 5000

type Opened = {
  readonly file: string
  lookedAt: number
  /** Of the file as it was read last, whether it could be or not. */
  stamp: string | null
  reader: Reader<CountryResponse> | null
}

const key = Symbol.for('twofold.country-database')
const shared = globalThis as { [key]?: Opened }

/** ISO 3166-1 alpha-2 as the database writes it, upper case; null when it knows none. */
export function countryOfAddress(address: string): string | null {
  const reader = database().reader
  if (!reader) return null
  try {
    return codeIn(reader.get(address))
  } catch {
    // An address that the database's own parser does not take: nobody knows where that is.
    return null
  }
}

/** What is in use, for pages that say so; null when there is none. */
export function countryDatabase(): { readonly builtAt: Date; readonly isOwn: boolean } | null {
  const { reader } = database()
  return reader && { builtAt: reader.metadata.buildEpoch, isOwn: env().COUNTRY_DATABASE_FILE !== null }
}

function database(): Opened {
  const file = env().COUNTRY_DATABASE_FILE ?? join(root(), packagedFile)
  const known = shared[key]
  const opened: Opened =
    known?.file === file ? known : { file, lookedAt: Number.NEGATIVE_INFINITY, stamp: null, reader: null }
  shared[key] = opened
  const at = performance.now()
  if (at - opened.lookedAt < lookMilliseconds) return opened
  opened.lookedAt = at
  const stamp = stampOf(file)
  if (stamp === opened.stamp) return opened
  opened.stamp = stamp
  try {
    opened.reader = new Reader<CountryResponse>(readFileSync(file))
    log.info('country_database.opened', { count: opened.reader.metadata.nodeCount })
  } catch (error) {
    log.error('country_database.unreadable', { error })
  }
  return opened
}

/** Differs when the file does, as far as that can be told without reading it; null when there is none. */
function stampOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : 'missing'
}

/** MaxMind's own databases nest the code; the open ones have it beside nothing else. */
function codeIn(found: (CountryResponse & { readonly country_code?: unknown }) | null): string | null {
  const code = found?.country_code ?? found?.country?.iso_code ?? found?.registered_country?.iso_code
  return typeof code === 'string' && /^[A-Za-z]{2}$/.test(code) ? code.toUpperCase() : null
}
