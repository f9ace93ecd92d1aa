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
import type { Session } from '@/lib/sign-in/model'

/** Where somebody stands in the wizard, made anew from the rows at every look: no page or tab holds it. */
export type Standing = {
  readonly facts: PersonFacts
  readonly progress: RegistrationProgress
  readonly plan: Plan<MethodKind>
  /** What was registered in this wizard, oldest first. */
  readonly done: readonly RegisteredMethod[]
}
export type Wizard = Standing & { readonly visit: SignedInVisit }

export const wizardPath = '/security-info/register'
export const chooserPath = `${wizardPath}/choose`
export const reviewPath = `${wizardPath}/done`
export const confirmPath = `${wizardPath}/review`

/** The wizard behind a page: past the gate, or somewhere else. */
export async function wizardVisit(path: string): Promise<Wizard> {
  const visit = await pageVisit({ stages: ['registration'], path })
  const { session, facts, at, origin } = visit
  const standing = standingOf(session, facts)
  if (!standing) redirect('/sign-in?ended=1')
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
  return { visit, ...standing }
}

/** With these facts; null where no wizard is open. */
export function standingOf(session: Session, facts: PersonFacts): Standing | null {
  const progress = readProgress(session)
  if (!progress) return null
  const plan = planFor(facts, progress.need)
  const done = facts.methods
    .filter(({ kind, createdAt }) => isRegistrableKind(kind) && createdAt.getTime() >= progress.startedAt)
    .sort((left, right) => left.createdAt.getTime() - right.createdAt.getTime())
  return { facts, progress, plan, done }
}

/** With the facts as they are now, also after a change that this request has made. */
export async function standingNow(session: Session): Promise<Standing | null> {
  const facts = await loadFacts(db(), session.userId, 'cached')
  return facts && standingOf(session, facts)
}

/** The page of the present step; when none is left the review, or what awaits a confirmation (W8). */
export function presentPath({ plan, progress, done }: Pick<Standing, 'plan' | 'progress' | 'done'>): string {
  const method = plan.steps[0]?.method
  if (method && isRegistrableKind(method)) return stepPath(method)
  return done.length === 0 && isReviewDue(progress.need, plan) ? confirmPath : reviewPath
}

export function stepPath(kind: RegistrableKind): string {
  return `${wizardPath}/${pathWordOf(kind)}`
}

/** Whether this kind is what the present step asks for, or may stand in for it. */
export function isPresentStep({ plan }: Pick<Standing, 'plan'>, kind: MethodKind): boolean {
  const step = plan.steps[0]
  return step !== undefined && (step.method === kind || step.alternatives.includes(kind))
}

/** The kinds of all steps: what is done, what is shown now, what would come after it. */
export function stepsWith({ done, facts, progress }: Standing, shown: MethodKind): MethodKind[] {
  const after = planFor(facts, progress.need, shown).steps.map(({ method }) => method)
  return [...done.map(({ kind }) => kind), shown, ...after]
}
