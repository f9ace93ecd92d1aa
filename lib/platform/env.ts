import 'server-only'
import { Buffer } from 'node:buffer'
import { hkdfSync } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { limits } from '@/lib/limits'
import { ConfigurationError } from './configuration-error'
import { parseSmsSettings, type SmsSettings } from './env-sms'

export { ConfigurationError } from './configuration-error'

/**
 * Everything the operator decides outside the program: addresses, keys, switches. `env()` parses `process.env` once,
 * at its first call, and freezes the answer; nothing else reads `process.env`. A wrong setting throws a
 * `ConfigurationError` whose message is one line naming the variable to set (SEC-331, REL-006).
 */
export type Env = SmsSettings & {
  readonly DATABASE_URL: string
  /** The role that owns the tables and migrates; the same as `DATABASE_URL` when not set (SEC-332). */
  readonly MIGRATION_DATABASE_URL: string
  /** Scheme, host and port as a browser sends them in `Origin`; no trailing slash. */
  readonly PUBLIC_ORIGIN: string
  /** Other sites of the operator that may use the passkeys of this one, as browsers write origins. */
  readonly RELATED_ORIGINS: readonly string[]
  readonly HOST: string
  readonly PORT: number
  /** Processes that share the port. */
  readonly PROCESSES: number
  /** CIDR ranges whose forwarded header is believed; empty means the peer is the client (SEC-182). */
  readonly TRUSTED_PROXIES: readonly string[]
  /** The one header that is read for the client's address, lower case (SEC-185). */
  readonly CLIENT_ADDRESS_HEADER: string
  readonly SMTP_URL: string | null
  readonly MAIL_FROM: string
  /** The five keys: 32 random bytes each in base64, all different (SEC-232). */
  readonly ENCRYPTION_KEY: string
  readonly PASSWORD_PEPPER: string
  readonly CODE_KEY: string
  readonly FORM_KEY: string
  readonly AUDIT_KEY: string
  /** Derived from the form key; next-auth asks for one and signs nothing with it that we rely on. */
  readonly NEXTAUTH_SECRET: string
  /** Append-only file for the signed ends of the audit trail; best on a place the database's owner cannot write. */
  readonly AUDIT_HEAD_FILE: string | null
  /** Where the list of authenticator models is fetched; null: it is imported by command, or not at all. */
  readonly FIDO_METADATA_URL: string | null
  /** PEM file with the roots that may sign that list; null: the FIDO Alliance's. */
  readonly FIDO_METADATA_ROOT_FILE: string | null
  /** Sorted SHA-1 hashes of known passwords, as Have I Been Pwned gives them; null: only the bundled list is asked. */
  readonly BREACHED_PASSWORDS_FILE: string | null
  /** A country database of the operator's own, in MaxMind's format; null: the one that comes as a package. */
  readonly COUNTRY_DATABASE_FILE: string | null
  /** JSON file that tells the directories people live in; null: administrators tell them on pages. */
  readonly DIRECTORY_FILE: string | null
  readonly ORGANISATION_NAME: string
  /** The embedded demonstration that `npm start` runs without `DATABASE_URL`; never production. */
  readonly TWOFOLD_DEMO: boolean
  readonly DEMO_INBOX_URL: string | null
  /** A test run on localhost; the only place where the clock may be turned. */
  readonly TWOFOLD_TEST: boolean
  /** File that holds an offset in milliseconds; only with `TWOFOLD_TEST`. */
  readonly CLOCK_FILE: string | null
  readonly LOG_LEVEL: LogLevel
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const cached = Symbol.for('twofold.env')
const shared = globalThis as { [cached]?: Env }

/** The settings of this process. Throws `ConfigurationError` when one is missing or wrong. */
export function env(): Env {
  shared[cached] ??= parseEnv(process.env)
  return shared[cached]
}

const keyVariables = ['ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'CODE_KEY', 'FORM_KEY', 'AUDIT_KEY'] as const
type Keys = Record<(typeof keyVariables)[number], string>

const flag = z.enum(['0', '1', 'true', 'false']).default('0')

const schema = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// address'),
  MIGRATION_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// address')
    .optional(),
  PUBLIC_ORIGIN: z.string().optional(),
  RELATED_ORIGINS: z.string().default(''),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  TRUSTED_PROXIES: z.string().default(''),
  CLIENT_ADDRESS_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of one header')
    .default('X-Forwarded-For'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().max(320).optional(),
  SMS_PROVIDERS: z.string().optional(),
  SMS_COUNTRIES: z.string().optional(),
  SMS_SENDS_PER_DAY: z.coerce.number().int().min(1).max(1_000_000).default(limits.code.sendsPerInstallationPerDay),
  SMS_BRAKE_EXEMPT: z.string().optional(),
  TWILIO_API_URL: z.string().optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9A-Za-z]{6,64}$/, 'must be the SID of an account, AC…')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(8).optional(),
  TWILIO_FROM: z
    .string()
    .regex(/^(\+[1-9]\d{4,14}|MG[0-9A-Za-z]{6,64}|[A-Za-z0-9 ]{1,11})$/, 'must be +<number>, MG… or a short name')
    .optional(),
  SMPP_URL: z.string().optional(),
  SMPP_PASSWORD: z.string().max(8, 'must have at most 8 characters').optional(),
  SMPP_FROM: z
    .string()
    .regex(/^(\+?\d{3,15}|[A-Za-z0-9 ]{1,11})$/, 'must be a number or a name of at most 11 characters')
    .optional(),
  SMPP_BIND: z.enum(['transceiver', 'separate']).default('transceiver'),
  SMPP_ENCODING: z.enum(['gsm', 'latin1', 'ucs2']).default('gsm'),
  SMPP_SYSTEM_TYPE: z.string().max(12).optional(),
  SMS_GATEWAY_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  SMS_GATEWAY_TEMPLATE: z.string().optional(),
  SMS_GATEWAY_TOKEN: z.string().min(1).optional(),
  KEYS_FILE: z.string().optional(),
  ENCRYPTION_KEY: z.string().optional(),
  PASSWORD_PEPPER: z.string().optional(),
  CODE_KEY: z.string().optional(),
  FORM_KEY: z.string().optional(),
  AUDIT_KEY: z.string().optional(),
  AUDIT_HEAD_FILE: z.string().optional(),
  FIDO_METADATA_URL: z
    .url()
    .regex(
      /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/,
      'must be an https address; plain http is for localhost only',
    )
    .optional(),
  FIDO_METADATA_ROOT_FILE: z.string().optional(),
  BREACHED_PASSWORDS_FILE: z.string().optional(),
  COUNTRY_DATABASE_FILE: z.string().optional(),
  DIRECTORY_FILE: z.string().optional(),
  ORGANISATION_NAME: z.string().min(1).max(64).optional(),
  TWOFOLD_DEMO: flag,
  DEMO_INBOX_URL: z.url().optional(),
  TWOFOLD_TEST: flag,
  CLOCK_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

type Raw = z.infer<typeof schema>

/** Parses one set of variables; an empty value counts as not set. Throws `ConfigurationError`. Pure but for reading `KEYS_FILE`. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .filter((name) => source[name] !== undefined && source[name] !== '')
      .map((name) => [name, source[name]]),
  )
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const name = String(issue?.path[0] ?? 'a setting')
    throw new ConfigurationError(given[name] === undefined ? `set ${name}` : `set ${name} right: ${issue?.message}`)
  }
  const raw = parsed.data
  const demo = isOn(raw.TWOFOLD_DEMO)
  const test = isOn(raw.TWOFOLD_TEST)
  const publicOrigin = parseOrigin(raw, demo)
  if (demo) refuseDemoOnRealDatabase(raw.DATABASE_URL)
  refuseHooksInProduction(raw, { demo, test, publicOrigin })
  const keys = readKeys(raw)
  if (!demo && !test) requireDelivery(raw)
  return Object.freeze({
    DATABASE_URL: raw.DATABASE_URL,
    MIGRATION_DATABASE_URL: raw.MIGRATION_DATABASE_URL ?? raw.DATABASE_URL,
    PUBLIC_ORIGIN: publicOrigin,
    RELATED_ORIGINS: Object.freeze(parseRelatedOrigins(raw.RELATED_ORIGINS, publicOrigin)),
    HOST: raw.HOST,
    PORT: raw.PORT,
    PROCESSES: raw.PROCESSES,
    TRUSTED_PROXIES: Object.freeze(parseRanges(raw.TRUSTED_PROXIES)),
    CLIENT_ADDRESS_HEADER: raw.CLIENT_ADDRESS_HEADER.toLowerCase(),
    SMTP_URL: raw.SMTP_URL ?? null,
    MAIL_FROM: raw.MAIL_FROM ?? `Twofold <no-reply@${new URL(publicOrigin).hostname}>`,
    ...parseSmsSettings(raw, !demo && !test),
    ...keys,
    NEXTAUTH_SECRET: Buffer.from(
      hkdfSync('sha256', Buffer.from(keys.FORM_KEY, 'base64'), '', 'twofold next-auth', 32),
    ).toString('base64'),
    AUDIT_HEAD_FILE: raw.AUDIT_HEAD_FILE ?? null,
    FIDO_METADATA_URL: raw.FIDO_METADATA_URL ?? null,
    FIDO_METADATA_ROOT_FILE: raw.FIDO_METADATA_ROOT_FILE ?? null,
    BREACHED_PASSWORDS_FILE: raw.BREACHED_PASSWORDS_FILE ?? null,
    COUNTRY_DATABASE_FILE: raw.COUNTRY_DATABASE_FILE ?? null,
    DIRECTORY_FILE: raw.DIRECTORY_FILE ?? null,
    ORGANISATION_NAME: raw.ORGANISATION_NAME ?? (demo ? 'Harbor' : new URL(publicOrigin).hostname),
    TWOFOLD_DEMO: demo,
    DEMO_INBOX_URL: raw.DEMO_INBOX_URL ?? null,
    TWOFOLD_TEST: test,
    CLOCK_FILE: raw.CLOCK_FILE ?? null,
    LOG_LEVEL: raw.LOG_LEVEL,
  })
}

function isOn(value: Raw['TWOFOLD_DEMO']): boolean {
  return value === '1' || value === 'true'
}

function isLocalhost(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}

/** The origin is configuration and never guessed from a request (SEC-180); plain http is for localhost alone (SEC-169). */
function parseOrigin(raw: Raw, demo: boolean): string {
  const text = raw.PUBLIC_ORIGIN ?? (demo ? `http://localhost:${raw.PORT}` : undefined)
  if (text === undefined)
    throw new ConfigurationError('set PUBLIC_ORIGIN to the address people open, for example https://id.example.org')
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.href !== `${url.origin}/`)
    throw new ConfigurationError('set PUBLIC_ORIGIN to scheme, host and port only, for example https://id.example.org')
  if (url.protocol !== 'https:' && !isLocalhost(url.hostname))
    throw new ConfigurationError('set PUBLIC_ORIGIN to an https address; plain http is for localhost only')
  return url.origin
}

/** Demo people have published passwords; they must never meet a database that serves somebody. */
function refuseDemoOnRealDatabase(databaseUrl: string): void {
  const url = new URL(databaseUrl)
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (!isLoopback || !url.pathname.endsWith('_demo'))
    throw new ConfigurationError('unset TWOFOLD_DEMO: DATABASE_URL is not the embedded demo database')
}

function refuseHooksInProduction(raw: Raw, mode: { demo: boolean; test: boolean; publicOrigin: string }): void {
  if (mode.test && !isLocalhost(new URL(mode.publicOrigin).hostname))
    throw new ConfigurationError('unset TWOFOLD_TEST: it is for tests on localhost only')
  if (raw.CLOCK_FILE !== undefined && !mode.test)
    throw new ConfigurationError('unset CLOCK_FILE: the clock may be turned in tests only')
  if (raw.DEMO_INBOX_URL !== undefined && !mode.demo && !mode.test)
    throw new ConfigurationError('unset DEMO_INBOX_URL: the message inbox is part of the demonstration only')
}

/** Security notices are not optional, so production has a mail server it reaches over a verified channel (SEC-292). */
function requireDelivery(raw: Raw): void {
  if (raw.SMTP_URL === undefined)
    throw new ConfigurationError('set SMTP_URL to your mail server, smtps://user:password@host')
  if (raw.MAIL_FROM === undefined) throw new ConfigurationError('set MAIL_FROM to the sender of messages')
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '')
}

/** Whole https origins, each another one than ours: browsers ask for the list over https only, and nothing in it is a pattern. */
function parseRelatedOrigins(text: string, publicOrigin: string): string[] {
  const origins = [...new Set(list(text))]
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : null
    if (
      url === null ||
      url.protocol !== 'https:' ||
      url.origin !== origin ||
      !/^[a-z0-9.:[\]-]+$/.test(url.host) ||
      origin === publicOrigin
    )
      throw new ConfigurationError(
        `set RELATED_ORIGINS right: ${origin.slice(0, 64)} is not the origin of another site, such as https://www.example.org`,
      )
  }
  return origins
}

function parseRanges(text: string): string[] {
  const ranges = list(text)
  for (const range of ranges)
    if (!ipaddr.isValidCIDR(range))
      throw new ConfigurationError(
        `set TRUSTED_PROXIES right: ${range.slice(0, 64)} is not a range such as 10.0.0.0/24`,
      )
  return ranges
}

function readKeys(raw: Raw): Keys {
  const fromFile = raw.KEYS_FILE === undefined ? {} : readKeysFile(raw.KEYS_FILE)
  const read = (variable: (typeof keyVariables)[number]): string =>
    parseKey(variable, raw[variable] ?? fromFile[variable], raw.KEYS_FILE !== undefined)
  const keys: Keys = {
    ENCRYPTION_KEY: read('ENCRYPTION_KEY'),
    PASSWORD_PEPPER: read('PASSWORD_PEPPER'),
    CODE_KEY: read('CODE_KEY'),
    FORM_KEY: read('FORM_KEY'),
    AUDIT_KEY: read('AUDIT_KEY'),
  }
  if (new Set(Object.values(keys)).size !== keyVariables.length)
    throw new ConfigurationError(`set ${keyVariables.join(', ')} to different keys`)
  return keys
}

/** A file that everyone on the machine can read holds no secrets (SEC-233). */
function readKeysFile(path: string): Record<string, string | undefined> {
  let text: string
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0)
      throw new ConfigurationError(`set KEYS_FILE to a file that others cannot read: chmod 600 ${path}`)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    throw new ConfigurationError(`set KEYS_FILE to a readable file: ${path} cannot be read`)
  }
  const parsed = z.record(z.string(), z.string()).safeParse(safeJson(text))
  if (!parsed.success) throw new ConfigurationError(`set KEYS_FILE to a JSON object with ${keyVariables.join(', ')}`)
  return parsed.data
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** 32 bytes of base64 that look drawn at random; short, repeated, ascending and typed keys are refused. */
function parseKey(variable: string, text: string | undefined, hasFile: boolean): string {
  if (text === undefined)
    throw new ConfigurationError(
      hasFile ? `add ${variable} to KEYS_FILE: openssl rand -base64 32` : `set ${variable}: openssl rand -base64 32`,
    )
  const bytes = /^[A-Za-z0-9+/_-]{42,44}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (bytes.length !== 32 || isPredictable(bytes))
    throw new ConfigurationError(`set ${variable} to 32 random bytes in base64: openssl rand -base64 32`)
  return bytes.toString('base64')
}

/** 32 random bytes hold fewer than 20 different values, equal steps throughout, or only typable characters less often than once in 2^40. */
function isPredictable(bytes: Buffer): boolean {
  const different = new Set(bytes).size
  const steps = new Set(bytes.subarray(1).map((byte, index) => byte - (bytes[index] ?? 0)))
  const isTypable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return different < 20 || steps.size < 8 || isTypable
}
