import 'server-only'
import { redirect } from 'next/navigation'
import { isRegistrableKind, pathWordOf, type RegistrableKind } from '@/components/registration/method-path'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { db } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { isReviewDue, planFor } from '@/lib/registration/interrupt'
import type { Plan, RegistrationProgress } from '@/lib/registration/model'
import { readProgress } from '@/lib/registration/progress'
import type { SignedInVisit } from '@/lib/request/desk'
import { isForPerson, pageVisit, wayOfRefusal } from '@/lib/request/page'
import { askGate } from '@/lib/security-info/gate'
import { logRefusal } from '@/lib/security-info/gate-log'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'

/** Where somebody stands in the wizard, made anew from the rows at every look: no page or tab holds it. */
export type Wizard = {
  readonly visit: SignedInVisit
  readonly facts: PersonFacts
  readonly progress: RegistrationProgress
  readonly plan: Plan<MethodKind>
  /** What was registered in this wizard, oldest first. */
  readonly done: readonly RegisteredMethod[]
}

export const wizardPath = '/security-info/register'
export const chooserPath = `${wizardPath}/choose`
export const reviewPath = `${wizardPath}/done`
export const confirmPath = `${wizardPath}/review`

/** The wizard behind a page: past the gate, or somewhere else. */
export async function wizardVisit(path: string): Promise<Wizard> {
  const visit = await pageVisit({ stages: ['registration'], path })
  const { session, at, origin } = visit
  const wizard = wizardOf(visit)
  if (!wizard) redirect('/sign-in?ended=1')
  const { facts } = wizard
  const { decision, refusal } = askGate({
    facts,
    session,
    origin,
    at,
    moment: 'open',
    kind: null,
  })
  // What is stored already is shown even where no more may be added; what the person can do something about comes first.
  if (refusal && (path !== reviewPath || isForPerson(refusal))) {
    if (!isForPerson(refusal)) await logRefusal(visit, { facts, session, decision, refusal, at })
    redirect(wayOfRefusal(refusal, path))
  }
  return wizard
}

/** As it stood when the request came; null where no wizard is open. `facts`: newer ones, after a change. */
export function wizardOf(visit: SignedInVisit, facts: PersonFacts = visit.facts): Wizard | null {
  const progress = readProgress(visit.session)
  if (!progress) return null
  const plan = planFor(facts, progress.need)
  const done = facts.methods
    .filter(({ kind, createdAt }) => isRegistrableKind(kind) && createdAt.getTime() >= progress.startedAt)
    .sort((left, right) => left.createdAt.getTime() - right.createdAt.getTime())
  return { visit, facts, progress, plan, done }
}

/** As it stands after a change that this request has made. */
export async function changedWizardOf(visit: SignedInVisit): Promise<Wizard | null> {
  const facts = await loadFacts(db(), visit.session.userId, 'cached')
  return facts && wizardOf(visit, facts)
}

/** The page of the present step; when none is left the review, or what awaits a confirmation (W8). */
export function presentPath({ plan, progress, done }: Pick<Wizard, 'plan' | 'progress' | 'done'>): string {
  const method = plan.steps[0]?.method
  if (method && isRegistrableKind(method)) return stepPath(method)
  return done.length === 0 && isReviewDue(progress.need, plan) ? confirmPath : reviewPath
}

export function stepPath(kind: RegistrableKind): string {
  return `${wizardPath}/${pathWordOf(kind)}`
}

/** Whether this kind is what the present step asks for, or may stand in for it. */
export function isPresentStep({ plan }: Pick<Wizard, 'plan'>, kind: MethodKind): boolean {
  const step = plan.steps[0]
  return step !== undefined && (step.method === kind || step.alternatives.includes(kind))
}

/** The kinds of all steps: what is done, what is shown now, what would come after it. */
export function stepsWith({ done, facts, progress }: Wizard, shown: MethodKind): MethodKind[] {
  const after = planFor(facts, progress.need, shown).steps.map(({ method }) => method)
  return [...done.map(({ kind }) => kind), shown, ...after]
}
