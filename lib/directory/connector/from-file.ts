import 'server-only'
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { record } from '@/lib/audit/record'
import { bySystem } from '@/lib/directory/commands'
import { now } from '@/lib/platform/clock'
import { ConfigurationError } from '@/lib/platform/configuration-error'
import { transaction } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal } from '@/lib/platform/seal'
import { connectorInputSchema } from './model'
import { bindPasswordPlace, connectorPassword, findConnector } from './store'

/**
 * Directories as a file tells them, read when the process starts: a list of what the page asks for, with the password beside
 * each. A directory keeps its identity by its name. One that the file no longer names is switched off, never removed.
 */
const fileSchema = z.array(connectorInputSchema.extend({ bindPassword: z.string().min(1).max(1024) }))

/** Throws `ConfigurationError` when the file cannot be read, is readable by everyone on the machine, or tells something wrong. */
export async function takeOverDirectoryFile(path: string): Promise<void> {
  const entries = readDirectoryFile(path)
  await transaction(async (tx) => {
    // One process after the other: each finds what the first one wrote.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('twofold directory file'))`
    const at = now()
    const by = bySystem(at, randomUUID())
    const about = { at, outcome: 'success', actor: by.actor, origin: by.origin, reason: 'directory_file' } as const
    for (const { bindPassword, ...data } of entries) {
      const row = await tx.directoryConnector.findUnique({ where: { name: data.name }, select: { id: true } })
      const known = row && (await findConnector(tx, row.id))
      const id = row?.id ?? randomUUID()
      const target = { kind: 'directory' as const, id, name: data.name }
      if (known && known.kind !== data.kind)
        throw new ConfigurationError(`set DIRECTORY_FILE right: ${data.name} cannot become another kind of directory`)
      const isSame =
        known?.isFromFile === true &&
        known.isEnabled === data.isEnabled &&
        canonical(known.settings) === canonical(data.settings) &&
        (await connectorPassword(tx, id)) === bindPassword
      if (isSame) continue
      const bindPasswordSealed = seal(bindPassword, bindPasswordPlace(id))
      if (known === null)
        await tx.directoryConnector.create({ data: { id, ...data, bindPasswordSealed, isFromFile: true } })
      else
        await tx.directoryConnector.update({
          where: { id },
          data: { ...data, bindPasswordSealed, isFromFile: true, version: { increment: 1 } },
        })
      await record(tx, { ...about, activity: known === null ? 'directoryAdded' : 'directoryUpdated', target })
    }
    const gone = await tx.directoryConnector.findMany({
      where: { isFromFile: true, isEnabled: true, name: { notIn: entries.map(({ name }) => name) } },
      select: { id: true, name: true },
    })
    for (const { id, name } of gone) {
      await tx.directoryConnector.update({ where: { id }, data: { isEnabled: false, version: { increment: 1 } } })
      await record(tx, { ...about, activity: 'directoryUpdated', target: { kind: 'directory', id, name } })
    }
  })
}

function readDirectoryFile(path: string): z.infer<typeof fileSchema> {
  let text: string
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0)
      throw new ConfigurationError(`set DIRECTORY_FILE to a file that others cannot read: chmod 600 ${path}`)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    throw new ConfigurationError(`set DIRECTORY_FILE to a readable file: ${path} cannot be read`)
  }
  const parsed = fileSchema.safeParse(safeJson(text))
  if (parsed.success && new Set(parsed.data.map(({ name }) => name)).size === parsed.data.length) return parsed.data
  const where = parsed.success
    ? 'two have the same name'
    : `${parsed.error.issues[0]?.path.map(String).join('.')} is wrong`
  throw new ConfigurationError(`set DIRECTORY_FILE to a list of directories as docs/operations.md shows: ${where}`)
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The same text for the same settings, whatever order their members have. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )
}
