import { notFound } from 'next/navigation'
import { exportPolicy } from '@/lib/policy-files/export'
import { adminPageVisit } from '@/lib/request/page'

/** One policy as plain text, to select and copy where no script helps. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const path = `/admin/conditional-access/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'conditionalAccess.read', path })
  const text = await exportPolicy(id)
  if (text === null) notFound()
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } })
}
