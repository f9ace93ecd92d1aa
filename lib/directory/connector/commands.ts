import 'server-only'
import type { Activity, AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { may } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { findRun } from '@/lib/directory/sync/run-store'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { randomUUID } from '@/lib/platform/random'
import { seal } from '@/lib/platform/seal'
import { type Failure, fail, failTogether, ok, type Result } from '@/lib/result'
import {
  type Connector,
  type ConnectorFailureCode,
  type ConnectorInput,
  type ConnectorSettings,
  connectorInputSchema,
} from './model'
import { bindPasswordPlace, lockConnector } from './store'

/**
 * What administrators do with directories. A password is taken and never given back; it goes to the servers it was typed for
 * and to no others: whoever names another server types it again, or that server would be told the old one.
 */
export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }

/** Adds a directory and answers its id. */
export function addConnector(
  asking: Asking,
  input: unknown,
  bindPassword: string,
): Promise<Result<{ readonly id: string }, ConnectorFailureCode>> {
  return change(asking, { activity: 'directoryAdded' }, async (tx) => {
    if (env().DIRECTORY_FILE !== null) return fail('refused', 'directory.connector_from_file')
    const parsed = parse(input)
    const needed = fail('invalid', 'directory.connector_password_needed', { field: 'bindPassword' })
    if (!parsed.ok && bindPassword === '')
      return failTogether(parsed.failure, ...(parsed.failure.others ?? []), needed.failure)
    if (!parsed.ok) return parsed
    if (bindPassword === '') return needed
    const id = randomUUID()
    const created = await tx.directoryConnector.createMany({
      data: [{ id, ...parsed.value, bindPasswordSealed: seal(bindPassword, bindPasswordPlace(id)) }],
      skipDuplicates: true,
    })
    if (created.count === 0) return fail('refused', 'directory.connector_name_taken', { field: 'name' })
    return ok({ value: { id }, target: { id, name: parsed.value.name }, after: told(parsed.value) })
  })
}

/** Changes a directory under the version that was shown. An empty password keeps the one there is. */
export function updateConnector(
  asking: Asking,
  id: string,
  input: unknown,
  given: { readonly version: number; readonly bindPassword: string },
): Promise<Result<undefined, ConnectorFailureCode>> {
  return change(asking, { activity: 'directoryUpdated', id }, async (tx) => {
    const known = await lockConnector(tx, id)
    if (known === null) return fail('refused', 'directory.connector_not_found')
    if (known.isFromFile) return fail('refused', 'directory.connector_from_file')
    if (known.version !== given.version) return fail('refused', 'directory.connector_changed_meanwhile')
    const parsed = parse(input)
    if (!parsed.ok) return parsed
    const { kind, ...next } = parsed.value
    // Ids of one kind mean nothing to the other, so everybody would be somebody new.
    if (kind !== known.kind) return fail('invalid', 'directory.connector_kind_fixed', { field: 'kind' })
    if (given.bindPassword === '' && leadsElsewhere(known.settings, next.settings))
      return fail('invalid', 'directory.connector_password_needed', { field: 'bindPassword' })
    const isTaken = await tx.directoryConnector.findFirst({ where: { name: next.name, id: { not: id } } })
    if (isTaken) return fail('refused', 'directory.connector_name_taken', { field: 'name' })
    const password =
      given.bindPassword === '' ? {} : { bindPasswordSealed: seal(given.bindPassword, bindPasswordPlace(id)) }
    await tx.directoryConnector.update({ where: { id }, data: { ...next, ...password, version: { increment: 1 } } })
    return ok({
      value: undefined,
      target: { id, name: next.name },
      before: told(known),
      after: { ...told({ ...next, kind }), isCredentialNew: given.bindPassword !== '' },
    })
  })
}

/** Removes a directory in which nobody lives any more. */
export function removeConnector(
  asking: Asking,
  id: string,
  version: number,
): Promise<Result<undefined, ConnectorFailureCode>> {
  return change(asking, { activity: 'directoryDeleted', id }, async (tx) => {
    const known = await lockConnector(tx, id)
    if (known === null) return fail('refused', 'directory.connector_not_found')
    if (known.isFromFile) return fail('refused', 'directory.connector_from_file')
    if (known.version !== version) return fail('refused', 'directory.connector_changed_meanwhile')
    const people = await tx.user.count({ where: { directoryConnectorId: id } })
    const groups = await tx.group.count({ where: { directoryConnectorId: id } })
    if (people + groups > 0) return fail('refused', 'directory.connector_in_use')
    await tx.directoryConnector.delete({ where: { id } })
    return ok({ value: undefined, target: { id, name: known.name }, before: told(known) })
  })
}

/** Asks for a run now. `allowedRunId`: the run whose held changes may be carried out this once. */
export function requestSync(
  asking: Asking,
  id: string,
  allowedRunId: string | null = null,
): Promise<Result<undefined, ConnectorFailureCode>> {
  return change(asking, { activity: 'directorySyncRequested', id }, async (tx, at, actorId) => {
    const known = await lockConnector(tx, id)
    if (known === null) return fail('refused', 'directory.connector_not_found')
    if (!known.isEnabled) return fail('refused', 'directory.connector_off')
    if (allowedRunId !== null) {
      const newest = await tx.directorySyncRun.findFirst({
        where: { connectorId: id },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        select: { id: true, state: true },
      })
      // A list that is no longer the newest says nothing of what would happen now.
      if (newest?.id !== allowedRunId || newest.state !== 'held') return fail('refused', 'directory.connector_list_old')
    }
    await tx.directoryConnector.update({
      where: { id },
      data: { syncRequestedAt: at, syncRequestedById: actorId, allowedRunId },
    })
    const held = allowedRunId === null ? null : await findRun(tx, allowedRunId)
    return ok({
      value: undefined,
      target: { id, name: known.name },
      ...(held === null
        ? {}
        : {
            reason: 'held_changes_allowed',
            after: { runId: held.id, people: held.heldPeople, groups: held.heldGroups, members: held.heldMembers },
          }),
    })
  })
}

function parse(input: unknown): Result<ConnectorInput, ConnectorFailureCode> {
  const parsed = connectorInputSchema.safeParse(input)
  if (parsed.success) return ok(parsed.data)
  const [first, ...others] = parsed.error.issues.map((issue): Failure<ConnectorFailureCode> => {
    const path = issue.path.map(String)
    const field = path[0] === 'settings' ? path.slice(1).join('.') : path.join('.')
    if (field === 'name') return { kind: 'invalid', code: 'directory.connector_name_invalid', field }
    const known = connectorInputCodes.find((code) => code === issue.message)
    return { kind: 'invalid', code: known ?? 'directory.connector_invalid', field }
  })
  return first ? failTogether(first, ...others) : fail('invalid', 'directory.connector_invalid')
}
const connectorInputCodes = [
  'directory.connector_url_invalid',
  'directory.connector_security_mismatch',
  'directory.connector_dn_invalid',
  'directory.connector_account_invalid',
  'directory.connector_filter_invalid',
  'directory.connector_attribute_invalid',
  'directory.connector_certificate_invalid',
  'directory.connector_too_many',
] as const satisfies readonly ConnectorFailureCode[]

/** Whether the password would be told to somebody else than before, or over a channel that somebody else vouches for. */
function leadsElsewhere(known: ConnectorSettings, next: ConnectorSettings): boolean {
  const place = ({ servers, security, certificateAuthorityPem, bindDistinguishedName }: ConnectorSettings) =>
    JSON.stringify([servers, security, certificateAuthorityPem ?? '', bindDistinguishedName])
  return place(known) !== place(next)
}

/** What the trail keeps: everything but the certificate's text. */
function told({ name, kind, settings, isEnabled }: ConnectorInput | Connector) {
  const { certificateAuthorityPem, ...rest } = settings
  const hasOwnAuthority = certificateAuthorityPem !== undefined
  // A name that speaks of passwords is refused by the trail, also where it only says whether something may be done.
  const { canWriteBackPasswords: mayWriteBack, ...open } = rest
  return { name, kind, isEnabled, ...open, mayWriteBack, hasOwnAuthority }
}

type Done<T> = {
  readonly value: T
  readonly target: { readonly id: string; readonly name: string }
  readonly reason?: string
  readonly before?: unknown
  readonly after?: unknown
}

/** One transaction with the rights as they are now; a refusal is recorded on its own. */
async function change<T>(
  asking: Asking,
  plan: { readonly activity: Activity; readonly id?: string },
  write: (tx: Tx, at: Date, actorId: string) => Promise<Result<Done<T>, ConnectorFailureCode>>,
): Promise<Result<T, ConnectorFailureCode>> {
  const at = now()
  const about = { activity: plan.activity, at, actor: asking.actor, origin: asking.origin } as const
  const result = await transaction(async (tx): Promise<Result<T, ConnectorFailureCode>> => {
    const subject = 'id' in asking.actor ? await loadSubject(tx, asking.actor.id) : null
    if (!subject || !may(subject, 'directories.update')) return fail('refused', 'directory.forbidden')
    const written = await write(tx, at, subject.id)
    if (!written.ok) return written
    const { value, target, ...rest } = written.value
    await record(tx, { ...about, outcome: 'success', target: { kind: 'directory', ...target }, ...rest })
    return ok(value)
  })
  if (!result.ok) {
    const target = plan.id === undefined ? undefined : { kind: 'directory' as const, id: plan.id }
    await recordAlone({ ...about, outcome: 'failure', reason: result.failure.code, target })
  }
  return result
}
