import { notFound } from 'next/navigation'
import { choice, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { failureMessage, formatDate, hasMessage, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { type Plan, type PlannedPolicy, planImport } from '@/lib/policy-files/plan'
import { type Draft, findImport, loadHere, loadItems } from '@/lib/policy-files/store'
import { unreadText } from '@/lib/policy-files/view'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { discardAction, planAction } from '../actions'
import { PlannedItems } from './planned-items'
import { References } from './references'

/** The dry run of an upload: what would be imported, what waits, what can't be, and why. */
export default async function PlanPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const path = `/admin/conditional-access/import/${encodeURIComponent(id)}`
  const { at } = await adminPageVisit({ right: 'conditionalAccess.update', path })
  const draft = await findImport(db(), id, at)
  if (!draft) notFound()
  if (draft.importedAt) return <Done draft={draft} importedAt={draft.importedAt} />
  const items = await loadItems(db(), draft.id)
  const plan = planImport(items, draft.choices, await loadHere(db(), items, draft.choices))
  const given = await searchParams
  const saved = choice(given, 'saved', ['yes', 'look'])
  const refusal = refusalIn(given)
  const page = pageOf(parameter(given, 'page', 4), plan.items.length)
  const refs = pageOf(parameter(given, 'refs', 4), plan.references.length)
  const count = plan.taken.policies + plan.taken.locations + plan.taken.strengths
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access/import">{t('policyFiles.plan.back')}</BackLink>}
        lead={`${t('policyFiles.plan.lead')} ${t('policyFiles.plan.expires', { until: formatDate(draft.expiresAt) })}`}
      >
        {draft.fileName}
      </PageHeading>
      <div className="grid max-w-4xl gap-6">
        {refusal && <Notice tone="danger">{refusal}</Notice>}
        {saved === 'look' && <Notice tone="warning">{t('policyFiles.plan.lookAgain')}</Notice>}
        {saved === 'yes' && <Notice tone="success">{t('policyFiles.plan.saved')}</Notice>}
        <Summary plan={plan} />
        <Unread draft={draft} />
        {/* A new form for each version: the browser would keep what its lists showed before, and send that. */}
        <ActionForm
          key={draft.version}
          action={planAction.bind(null, draft.id)}
          errorHeading={t('policyFiles.plan.errors')}
        >
          <FormToken />
          <input type="hidden" name="version" value={draft.version} />
          <input type="hidden" name="expected" value={count} />
          <input type="hidden" name="page" value={page} />
          <input type="hidden" name="refs" value={refs} />
          {/* Enter in a text field presses the first button of a form: it must be one that only looks. */}
          <SubmitButton name="intent" value="save" className="sr-only" tabIndex={-1} aria-hidden="true">
            {t('policyFiles.plan.save')}
          </SubmitButton>
          <References plan={plan} page={refs} />
          <PlannedItems plan={plan} page={page} />
          <Card className="min-w-0">
            <div className="grid gap-4">
              <p className="text-text-muted">{t('policyFiles.plan.importHint')}</p>
              <Actions>
                {count > 0 && (
                  <SubmitButton name="intent" value="import" pendingLabel={t('ui.pending')}>
                    {t('policyFiles.plan.import', { count })}
                  </SubmitButton>
                )}
                <SubmitButton
                  name="intent"
                  value="save"
                  variant="secondary"
                  pendingLabel={t('policyFiles.plan.saving')}
                >
                  {t('policyFiles.plan.save')}
                </SubmitButton>
              </Actions>
            </div>
          </Card>
        </ActionForm>
        <ActionForm
          action={discardAction.bind(null, draft.id)}
          errorHeading={t('policyFiles.plan.errors')}
          idPrefix="discard-"
        >
          <FormToken />
          <SubmitButton variant="secondary" className="justify-self-start" pendingLabel={t('ui.pending')}>
            {t('policyFiles.plan.discard')}
          </SubmitButton>
        </ActionForm>
      </div>
    </>
  )
}

/** Why an import was refused a moment ago; only known words and a number are taken from the address. */
function refusalIn(given: SearchParams): string | null {
  const code = parameter(given, 'refused')
  if (code === undefined || !hasMessage(`failure.${code}`)) return null
  const count = parameter(given, 'count', 6)
  return failureMessage({
    kind: 'refused',
    code,
    details: count && /^\d+$/.test(count) ? { count: Number(count) } : {},
  })
}

/** A page that exists: the number asked for, or the nearest one. */
function pageOf(text: string | undefined, count: number): number {
  const pages = Math.max(1, Math.ceil(count / limits.policyFiles.shownPerPage))
  const asked = text !== undefined && /^\d+$/.test(text) ? Number(text) : 1
  return Math.min(Math.max(1, asked), pages)
}

function Summary({ plan }: { plan: Plan }) {
  const policies = plan.items.filter((each): each is PlannedPolicy => each.kind === 'policy')
  const counted = (outcome: PlannedPolicy['outcome']) => policies.filter((each) => each.outcome === outcome).length
  const bounds = {
    policies: limits.conditionalAccess.policiesMax,
    locations: limits.conditionalAccess.namedLocationsMax,
    strengths: limits.conditionalAccess.customStrengthsMax,
  }
  const over = (['policies', 'locations', 'strengths'] as const).filter((kind) => plan.tooMany[kind] > 0)
  return (
    <>
      <Notice live={false} title={t('policyFiles.plan.summary', plan.taken)}>
        {policies.length > 0 && (
          <p>
            {t('policyFiles.plan.counts', {
              asIs: counted('asIs'),
              changed: counted('changed'),
              waiting: counted('waiting'),
              refused: counted('refused'),
            })}
          </p>
        )}
      </Notice>
      {over.map((kind) => (
        <Notice key={kind} tone="danger" live={false}>
          {t(`policyFiles.plan.tooMany.${kind}`, { count: plan.tooMany[kind], max: bounds[kind] })}
        </Notice>
      ))}
    </>
  )
}

function Unread({ draft: { unread, incomplete } }: { draft: Draft }) {
  return (
    <>
      {incomplete.map((file) => (
        <Notice key={file} tone="warning" live={false}>
          <span className="wrap-anywhere">{t('policyFiles.plan.incomplete', { file })}</span>
        </Notice>
      ))}
      {unread.length > 0 && (
        <Card id="unread" title={t('policyFiles.unread.title')} description={t('policyFiles.unread.hint')}>
          <ul className="grid gap-3">
            {unread.map((each) => (
              <li
                key={`${each.fileName} ${each.place?.line} ${each.place?.column}`}
                className="grid gap-0.5 wrap-anywhere"
              >
                <bdi className="font-medium">{each.fileName}</bdi>
                <span className="text-sm">
                  {unreadText(each)}
                  {each.found && (
                    <>
                      {' '}
                      <code className="font-mono">{each.found}</code>
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

function Done({ draft, importedAt }: { draft: Draft; importedAt: Date }) {
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access/import">{t('policyFiles.plan.back')}</BackLink>}
        lead={<bdi className="wrap-anywhere">{draft.fileName}</bdi>}
      >
        {t('policyFiles.done.title')}
      </PageHeading>
      <Notice
        tone="success"
        actions={<ButtonLink href="/admin/conditional-access">{t('policyFiles.done.list')}</ButtonLink>}
      >
        {t('policyFiles.done.lead', { at: formatDate(importedAt) })}
      </Notice>
    </>
  )
}
