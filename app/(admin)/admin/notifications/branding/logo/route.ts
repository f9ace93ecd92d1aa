import { updateMailLogo } from '@/lib/policy-changes/mail'
import { takeUpload } from '@/lib/request/upload'

const page = '/admin/notifications/branding'

/** Takes a logo. */
export async function POST(request: Request): Promise<Response> {
  return takeUpload(request, {
    name: 'mailSettings.logo',
    page,
    rights: ['mailSettings.update'],
    notAllowed: 'directory.forbidden',
    afterError: () => '#logo',
    take: async (visit, form) => {
      const file = form.get('file')
      if (!(file instanceof File)) return { refused: 'mail.logo_missing' }
      const saved = await updateMailLogo(visit, new Uint8Array(await file.arrayBuffer()))
      return saved.ok ? { go: `${page}?done=logo#preview` } : { refused: saved.failure.code }
    },
  })
}
