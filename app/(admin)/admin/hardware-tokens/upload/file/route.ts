import { acceptUpload } from '@/lib/hardware-oath/commands'
import { takeUpload } from '@/lib/request/upload'

/** Takes a file of tokens. */
export async function POST(request: Request): Promise<Response> {
  return takeUpload(request, {
    name: 'hardwareOath.upload',
    page: '/admin/hardware-tokens/upload',
    rights: ['hardwareOath.update'],
    notAllowed: 'hardware_oath.not_allowed',
    // A line may give a token to somebody.
    isFreshProofNeeded: true,
    take: async (visit, form) => {
      const file = form.get('file')
      const key = form.get('key')
      if (!(file instanceof File)) return { refused: 'hardware_oath.file_missing' }
      const accepted = await acceptUpload(visit, {
        fileName: file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
        key: typeof key === 'string' ? key.slice(0, keyLengthMax) : '',
      })
      if (!accepted.ok) return { refused: accepted.failure.code }
      return { go: `/admin/hardware-tokens/uploads/${accepted.value.uploadId}` }
    },
  })
}
const keyLengthMax = 256
