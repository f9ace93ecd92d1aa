import { notFound } from 'next/navigation'
import { personPath, personVisit } from '../person'
import { QuestionPage } from '../question-page'
import { revokeQuestion } from '../questions'

export default async function RevokeSessionsPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const { facts, refusal } = await personVisit(id, `${personPath(id)}/revoke`)
  if (refusal('sessions.revoke') !== null) notFound()
  return <QuestionPage id={facts.subject.id} name={facts.subject.displayName} {...revokeQuestion(facts)} />
}
