import { roleName } from '@/components/conditional-access/role-name'
import { Card } from '@/components/ui/card'
import { type Option, SelectField } from '@/components/ui/select-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { applications, mfaTrustedIpsId } from '@/lib/conditional-access/model'
import { listNamedLocations, listStrengths } from '@/lib/conditional-access/store'
import { applicationName } from '@/lib/conditional-access/view'
import { directoryRoles } from '@/lib/directory/model'
import { groupNames, userNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { type ReferenceKind, shortened } from '@/lib/policy-files/model'
import type { OpenReference, Plan } from '@/lib/policy-files/plan'
import { knownElsewhere, referenceKey } from '@/lib/policy-files/references'
import { leaveOut } from '../choices'
import { Pages } from './pages'

/** What the files name and nothing here has: each waits for a decision, which can be taken back until the import. */
export async function References({ plan, page }: { plan: Plan; page: number }) {
  if (plan.references.length === 0) return null
  const from = (page - 1) * limits.policyFiles.shownPerPage
  const shown = plan.references.slice(from, from + limits.policyFiles.shownPerPage)
  const targets = await targetsFor(shown)
  const typed = await typedNames(shown)
  return (
    <Card
      id="references"
      title={t('policyFiles.references.title')}
      description={t('policyFiles.references.hint')}
      className="min-w-0"
    >
      <div className="grid gap-6">
        <ul className="grid gap-6">
          {shown.map((reference, index) => (
            <li key={referenceKey(reference.kind, reference.value)} className="grid gap-3 border-t border-border pt-5">
              <What reference={reference} />
              <Decision
                reference={reference}
                index={index}
                options={targets.get(reference.kind) ?? []}
                typed={reference.to ? (typed.get(reference.to) ?? '') : ''}
              />
            </li>
          ))}
        </ul>
        <Pages label={t('policyFiles.references.page')} intent="refs" page={page} count={plan.references.length} />
        {plan.references.some(({ to }) => to === undefined) && (
          <SubmitButton
            name="intent"
            value="rest"
            variant="secondary"
            className="justify-self-start"
            pendingLabel={t('policyFiles.plan.saving')}
          >
            {t('policyFiles.references.rest')}
          </SubmitButton>
        )}
      </div>
    </Card>
  )
}

function What({ reference: { kind, value, nameInFile, includedBy, excludedBy } }: { reference: OpenReference }) {
  const name = nameInFile ?? knownElsewhere.get(value.toLowerCase())
  const list = (names: readonly string[]) =>
    names
      .slice(0, 3)
      .map((each) => shortened(each, 80))
      .join(', ')
  return (
    <div className="grid min-w-0 gap-1">
      <p className="wrap-anywhere">
        {t(`policyFiles.references.${kind}`)} <code className="font-mono text-sm">{shortened(value, 120)}</code>
        {name && <span> {t('policyFiles.references.called', { name: shortened(name, 120) })}</span>}
      </p>
      {includedBy.length > 0 && (
        <p className="text-sm wrap-anywhere text-text-muted">
          {t('policyFiles.references.usedInclude', { count: includedBy.length, names: list(includedBy) })}
        </p>
      )}
      {excludedBy.length > 0 && (
        <p className="text-sm wrap-anywhere text-text-muted">
          {t('policyFiles.references.usedExclude', { count: excludedBy.length, names: list(excludedBy) })}
        </p>
      )}
    </div>
  )
}

function Decision({
  reference,
  index,
  options,
  typed,
}: {
  reference: OpenReference
  index: number
  options: readonly Option[]
  typed: string
}) {
  const { kind, value, to, includedBy, excludedBy } = reference
  const isNamed = kind === 'user' || kind === 'group'
  const isDemand = kind === 'strength' || kind === 'termsOfUse'
  const meaning = isDemand ? 'required' : includedBy.length === 0 ? 'excluded' : excludedBy.length ? 'both' : 'included'
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <input type="hidden" name={`kind.${index}`} value={kind} />
      <input type="hidden" name={`value.${index}`} value={value} />
      <SelectField
        name={`to.${index}`}
        label={
          <>
            {t('policyFiles.references.decision')}
            <span className="sr-only"> {shortened(value, 40)}</span>
          </>
        }
        placeholder={t('policyFiles.references.undecided')}
        defaultValue={to === undefined ? '' : to === null ? leaveOut : isNamed ? '' : to}
        options={[{ value: leaveOut, label: t(`policyFiles.references.leave.${meaning}`) }, ...options]}
      />
      {isNamed && (
        <TextField
          name={`typed.${index}`}
          label={t(`policyFiles.references.typed.${kind}`)}
          defaultValue={typed}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
        />
      )}
    </div>
  )
}

/** What can be chosen from a list, for the kinds that are shown. People and groups are too many for one. */
async function targetsFor(shown: readonly OpenReference[]): Promise<ReadonlyMap<ReferenceKind, readonly Option[]>> {
  const has = (kind: ReferenceKind) => shown.some((each) => each.kind === kind)
  const named = ({ id, displayName }: { readonly id: string; readonly displayName: string }) => ({
    value: id,
    label: displayName,
  })
  const mfaTrusted = { value: mfaTrustedIpsId, label: t('conditionalAccess.place.mfa_trusted') }
  return new Map<ReferenceKind, readonly Option[]>([
    ['role', Object.values(directoryRoles).map((id) => ({ value: id, label: roleName(id) }))],
    ['application', Object.values(applications).map((id) => ({ value: id, label: applicationName(id) }))],
    ['location', has('location') ? [mfaTrusted, ...(await listNamedLocations(db())).map(named)] : []],
    ['strength', has('strength') ? [...builtInStrengths, ...(await listStrengths(db()))].map(named) : []],
  ])
}

/** What to type for the people and groups that were chosen. */
async function typedNames(shown: readonly OpenReference[]): Promise<ReadonlyMap<string, string>> {
  const chosen = (kind: ReferenceKind) => shown.flatMap((each) => (each.kind === kind && each.to ? [each.to] : []))
  const people = await userNames(db(), chosen('user'))
  const groups = await groupNames(db(), chosen('group'))
  return new Map([
    ...[...people].map(([id, { userPrincipalName }]) => [id, userPrincipalName] as const),
    // A name can be that of several groups; the id of the chosen one never is.
    ...[...groups].map(
      ([id, name]) => [id, [...groups.values()].filter((each) => each === name).length > 1 ? id : name] as const,
    ),
  ])
}
