import { limits } from '@/lib/limits'
import { acceptFiles } from '@/lib/policy-files/commands'
import type { GivenFile } from '@/lib/policy-files/split'
import type { SignedInVisit } from '@/lib/request/desk'
import { takeUpload, type UploadAnswer } from '@/lib/request/upload'

const page = '/admin/conditional-access/import'

/** Takes files of policies. */
export async function POST(request: Request): Promise<Response> {
  return takeUpload(request, {
    name: 'policyFiles.upload',
    page,
    rights: ['conditionalAccess.update'],
    notAllowed: 'policy_files.not_allowed',
    take,
  })
}

async function take(visit: SignedInVisit, form: FormData): Promise<UploadAnswer> {
  const given = form.getAll('files').filter((file) => file instanceof File)
  if (given.length > limits.policyFiles.filesMax) return { refused: 'policy_files.too_many_files' }
  // Before they are copied out of the form.
  if (given.reduce((sum, { size }) => sum + size, 0) > limits.policyFiles.uploadBytesMax)
    return { refused: 'policy_files.file_too_large' }
  const files: GivenFile[] = []
  for (const file of given) files.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
  if (files.some(({ name, bytes }) => bytes.length > 0 && !/\.(json|txt|zip)$/i.test(name)))
    return { refused: 'policy_files.format_unknown' }
  const accepted = await acceptFiles(visit, files)
  if (!accepted.ok) return { refused: accepted.failure.code }
  if ('importId' in accepted.value) return { go: `${page}/${accepted.value.importId}` }
  const { trouble, place } = accepted.value.unread
  const where = place ? `&line=${place.line}&column=${place.column}` : ''
  return { go: `${page}?trouble=${trouble}${where}` }
}
