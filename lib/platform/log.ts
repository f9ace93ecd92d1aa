import 'server-only'
import { env, type LogLevel } from './env'
import { findCurrentRequest } from './request-context'

/**
 * The fields a line of the log may carry, and no others (SEC-240): nothing typed by a person, no body, no parameter
 * of a query. Add a field here only when it can never hold a secret or a full address of a person.
 */
export type LogFields = {
  readonly requestId?: string
  readonly userId?: string
  readonly actorId?: string
  readonly targetId?: string
  readonly code?: string
  readonly method?: string
  /** Without the query. */
  readonly path?: string
  readonly status?: number
  readonly durationMilliseconds?: number
  readonly count?: number
  readonly attempt?: number
  readonly clientAddress?: string | null
  readonly detail?: string
  readonly kind?: string
  readonly messageId?: string
  readonly address?: string
  readonly error?: unknown
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** One JSON line each on standard output (errors and warnings on standard error), with the current request's id. */
export const log = {
  debug: (event: string, fields: LogFields = {}) => write('debug', event, fields),
  info: (event: string, fields: LogFields = {}) => write('info', event, fields),
  warn: (event: string, fields: LogFields = {}) => write('warn', event, fields),
  error: (event: string, fields: LogFields = {}) => write('error', event, fields),
}

function write(level: LogLevel, event: string, fields: LogFields): void {
  if (order[level] < order[threshold()]) return
  const { error, ...plain } = fields
  const line = JSON.stringify({
    at: new Date().toISOString(),
    level,
    event,
    requestId: findCurrentRequest()?.requestId,
    ...plain,
    ...(error === undefined ? {} : { error: describeError(error) }),
  })
  const stream = order[level] >= order.warn ? process.stderr : process.stdout
  stream.write(`${line}\n`)
}

function threshold(): LogLevel {
  try {
    return env().LOG_LEVEL
  } catch {
    // A wrong setting is reported by whoever starts the process; the log must still be able to speak.
    return 'info'
  }
}

export type ErrorDescription = {
  readonly name: string
  readonly code?: string
  readonly message?: string
  readonly stack?: readonly string[]
  readonly cause?: ErrorDescription
}

/**
 * What the log may know of an error: its name, its codes and where it arose. The message only of errors that are
 * ours: those of a database driver repeat the values of the row (`meta`, `detail`), so they are left out.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = sqlState(error) ?? textOf(error, 'code')
  const isForeign = code !== undefined || /prisma|database/i.test(error.name)
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(isForeign ? {} : { message: error.message.slice(0, 300) }),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(error.cause instanceof Error && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}

/** PostgreSQL's own code inside a Prisma error; the P-code alone does not tell what happened. */
function sqlState(error: Error): string | undefined {
  const meta: unknown = Reflect.get(error, 'meta')
  const adapterError: unknown = isObject(meta) ? Reflect.get(meta, 'driverAdapterError') : undefined
  const cause: unknown = isObject(adapterError) ? Reflect.get(adapterError, 'cause') : undefined
  return isObject(cause) ? textOf(cause, 'originalCode') : undefined
}

function textOf(value: object, name: string): string | undefined {
  const text: unknown = Reflect.get(value, name)
  return typeof text === 'string' ? text : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
