import { acceptFile } from '@/lib/directory-files/commands'
import { fileKinds } from '@/lib/directory-files/model'
import { takeUpload } from '@/lib/request/upload'

const page = '/admin/people-and-groups'

/** Takes a file of people or groups. */
export async function POST(request: Request): Promise<Response> {
  return takeUpload(request, {
    name: 'directoryFiles.upload',
    page,
    rights: ['users.import', 'groups.import'],
    notAllowed: 'directory_files.not_allowed',
    afterError: (form) => `&kind=${kindIn(form) ?? ''}`,
    take: async (visit, form) => {
      const kind = kindIn(form)
      const file = form.get('file')
      if (kind === undefined) return { refused: 'form.invalid' }
      if (!(file instanceof File)) return { refused: 'directory_files.file_missing' }
      const bytes = new Uint8Array(await file.arrayBuffer())
      const accepted = await acceptFile(visit, { kind, fileName: file.name, bytes })
      return accepted.ok ? { go: `${page}/${accepted.value.importId}` } : { refused: accepted.failure.code }
    },
  })
}

function kindIn(form: FormData | null) {
  return fileKinds.find((word) => word === form?.get('kind'))
}
