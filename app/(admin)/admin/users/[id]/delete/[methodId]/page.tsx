import { notFound, redirect } from 'next/navigation'
import { personPath, personVisit } from '../../person'
import { QuestionPage } from '../../question-page'
import { deleteQuestion } from '../../questions'

export default async function DeleteMethodPage({ params }: { params: Promise<{ id: string; methodId: string }> }) {
  const { id, methodId } = await params
  const { facts, methods, refusal } = await personVisit(id, personPath(id))
  if (refusal('methods.update') !== null) notFound()
  const method = methods?.find((each) => each.id === methodId)
  // Somebody was quicker: the list shows what is left.
  if (!method) redirect(personPath(id))
  return <QuestionPage id={facts.subject.id} name={facts.subject.displayName} {...deleteQuestion(method, facts)} />
}
