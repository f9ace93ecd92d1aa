import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { may } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { type Failure, fail, ok, type Result } from '@/lib/result'
import type { FileFormat, HardwareOathFailureCode } from './model'
import { deleteToken, findToken } from './store/tokens'
import { insertUpload } from './store/uploads'

/** What administrators of the inventory do: bring files in, take tokens out. Whose a token is, security-info decides. */
export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }

type Change = {
  readonly activity: 'hardwareOathUploaded' | 'hardwareOathDeleted'
  readonly target?: { readonly kind: 'hardwareOathToken'; readonly id: string }
}

/**
 * Takes a file for import and answers the upload's id; the job reads it. Failures: `hardware_oath.not_allowed`,
 * `file_missing`, `file_too_large`, `format_unknown`.
 */
export async function acceptUpload(
  asking: Asking,
  input: { readonly fileName: string; readonly bytes: Uint8Array; readonly key: string },
): Promise<Result<{ readonly uploadId: string }, HardwareOathFailureCode>> {
  const { bytes } = input
  if (bytes.length === 0) return fail('invalid', 'hardware_oath.file_missing', { field: 'file' })
  if (bytes.length > limits.hardwareOath.uploadBytesMax) {
    return fail('invalid', 'hardware_oath.file_too_large', { field: 'file' })
  }
  const fileName = cleanFileName(input.fileName)
  const format = formatOf(fileName)
  if (format === null) return fail('invalid', 'hardware_oath.format_unknown', { field: 'file' })
  return change(asking, { activity: 'hardwareOathUploaded' }, async (tx, at, createdById) => {
    const key = input.key.trim() === '' ? null : input.key
    const uploadId = await insertUpload(tx, { fileName, format, bytes, key, createdById, at })
    return ok({
      value: { uploadId },
      event: {
        reason: 'accepted',
        target: { kind: 'hardwareOathUpload' as const, id: uploadId, name: fileName },
        after: { format, bytes: bytes.length },
      },
    })
  })
}

/** Takes a token out of the inventory for good. Failures: `hardware_oath.not_allowed`, `not_found`, `still_assigned`. */
export function removeToken(asking: Asking, id: string): Promise<Result<undefined, HardwareOathFailureCode>> {
  return change(asking, { activity: 'hardwareOathDeleted', target: { kind: 'hardwareOathToken', id } }, async (tx) => {
    const token = await findToken(tx, id)
    if (!token) return fail('refused', 'hardware_oath.not_found')
    if (!(await deleteToken(tx, id))) return fail('refused', 'hardware_oath.still_assigned')
    return ok({
      value: undefined,
      event: { target: { kind: 'hardwareOathToken' as const, id, name: token.serialNumber } },
    })
  })
}

type Event = {
  readonly reason?: string
  readonly target: {
    readonly kind: 'hardwareOathUpload' | 'hardwareOathToken'
    readonly id: string
    readonly name: string
  }
  readonly after?: unknown
}

/** One transaction with the rights as they are now; a refusal is recorded on its own. */
async function change<T>(
  asking: Asking,
  plan: Change,
  write: (
    tx: Tx,
    at: Date,
    actorId: string,
  ) => Promise<Result<{ readonly value: T; readonly event: Event }, HardwareOathFailureCode>>,
): Promise<Result<T, HardwareOathFailureCode>> {
  const at = now()
  const about = { activity: plan.activity, at, actor: asking.actor, origin: asking.origin } as const
  const result = await transaction(async (tx): Promise<Result<T, HardwareOathFailureCode>> => {
    const subject = 'id' in asking.actor ? await loadSubject(tx, asking.actor.id) : null
    if (!subject || !may(subject, 'hardwareOath.update')) return fail('refused', 'hardware_oath.not_allowed')
    const written = await write(tx, at, subject.id)
    if (!written.ok) return written
    await record(tx, { ...about, outcome: 'success', ...written.value.event })
    return ok(written.value.value)
  })
  if (!result.ok) await recordAlone({ ...about, outcome: 'failure', ...refusalOf(plan, result.failure) })
  return result
}

function refusalOf({ target }: Change, { code }: Failure) {
  return target === undefined ? { reason: code } : { reason: code, target }
}

/** The last part of what the browser named, without what no name of a file needs. */
function cleanFileName(text: string): string {
  const last = text.split(/[\\/]/).at(-1) ?? ''
  return [...last.replace(/[\p{C}\p{Zl}\p{Zp}"<>|:*?]/gu, '').trim()].slice(-fileNameLengthMax).join('')
}
const fileNameLengthMax = 120

function formatOf(fileName: string): FileFormat | null {
  if (/\.(csv|txt)$/i.test(fileName)) return 'csv'
  return /\.(xml|pskc|pskcxml)$/i.test(fileName) ? 'pskc' : null
}
