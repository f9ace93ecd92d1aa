import { notFound } from 'next/navigation'
import { personPath, personVisit } from '../person'
import { QuestionPage } from '../question-page'
import { reregisterQuestion } from '../questions'

export default async function RequireReregistrationPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const { facts, refusal } = await personVisit(id, `${personPath(id)}/reregister`)
  if (refusal('users.requireReregistration') !== null) notFound()
  return <QuestionPage id={facts.subject.id} name={facts.subject.displayName} {...reregisterQuestion(facts)} />
}
