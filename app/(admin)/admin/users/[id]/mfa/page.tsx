import { notFound } from 'next/navigation'
import { personPath, personVisit } from '../person'
import { QuestionPage } from '../question-page'
import { perUserMfaQuestion } from '../questions'

export default async function PerUserMfaPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const { facts, refusal } = await personVisit(id, `${personPath(id)}/mfa`)
  if (refusal('perUserMfa.update') !== null) notFound()
  const { title, form } = perUserMfaQuestion(facts)
  return <QuestionPage id={facts.subject.id} name={facts.subject.displayName} title={title} form={form} />
}
