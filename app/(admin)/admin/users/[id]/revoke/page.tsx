import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { t } from '@/lib/i18n'
import { personPath, personVisit } from '../person'
import { QuestionPage } from '../question-page'
import { revokeQuestion } from '../questions'

export const metadata: Metadata = { title: t('admin.user.sessions.title') }

export default async function RevokeSessionsPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const { facts, refusal } = await personVisit(id, `${personPath(id)}/revoke`)
  if (refusal('sessions.revoke') !== null) notFound()
  return <QuestionPage id={facts.subject.id} name={facts.subject.displayName} {...revokeQuestion(facts)} />
}
