import type { ReactNode } from 'react'
import { Card } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { Disclosure } from '@/components/ui/disclosure'
import type { Tone } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { shortened } from '@/lib/policy-files/model'
import type { Plan, PlannedItem, PlannedLocation, PlannedPolicy } from '@/lib/policy-files/plan'
import { knownElsewhere } from '@/lib/policy-files/references'
import { lossText, loudLosses, quietLosses, refusalText, type Standing, standingOf } from '@/lib/policy-files/view'
import { Pages } from './pages'

const tones: Readonly<Record<Standing, Tone | 'neutral'>> = {
  ...{ asIs: 'success', new: 'success', same: 'neutral', changed: 'warning', waiting: 'info', refused: 'danger' },
}

/** Every object of the upload, with what would become of it and why, and the boxes to choose by. */
export function PlannedItems({ plan, page }: { plan: Plan; page: number }) {
  const from = (page - 1) * limits.policyFiles.shownPerPage
  const shown = plan.items.slice(from, from + limits.policyFiles.shownPerPage)
  return (
    <Card id="items" title={t('policyFiles.items.title')} description={t('policyFiles.items.hint')} className="min-w-0">
      <div className="grid gap-6">
        <ul className="grid gap-5">
          {shown.map((each) => (
            <li key={each.item.number} className="grid min-w-0 gap-3 border-t border-border pt-5">
              <PlannedOne planned={each} />
            </li>
          ))}
        </ul>
        <Pages label={t('policyFiles.items.title')} intent="page" page={page} count={plan.items.length} />
      </div>
    </Card>
  )
}

function PlannedOne({ planned }: { planned: PlannedItem }) {
  const { item, name, leftOut, refused, isTakeable } = planned
  const standing = standingOf(planned)
  const shownName = shortened(name, 256) || t('policyFiles.item.nameless')
  const quiet = quietLosses(leftOut)
  return (
    <>
      <div className="grid min-w-0 gap-1">
        <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
          <bdi className="min-w-0 wrap-anywhere">{shownName}</bdi>
          <Tag tone={tones[standing]}>{t(`policyFiles.outcome.${standing}`)}</Tag>
        </h3>
        <p className="text-sm wrap-anywhere text-text-muted">
          {t(`policyFiles.item.${item.kind}`)},{' '}
          {t('policyFiles.item.where', { file: item.fileName, line: item.place.line })}
        </p>
      </div>
      {refused && <p className="wrap-anywhere text-danger">{refusalText(refused)}</p>}
      <Remarks planned={planned} />
      {isTakeable && (
        <div className="grid gap-3">
          <input type="hidden" name="item[]" value={item.number} />
          <Box name="take" number={item.number} isTicked={planned.isTaken}>
            {t('policyFiles.item.take', { name: shownName })}
          </Box>
          {planned.kind === 'policy' && planned.outcome === 'asIs' && (
            <Box name="reportOnly" number={item.number} isTicked={planned.isReportOnly}>
              {t('policyFiles.item.reportOnly')}
            </Box>
          )}
          {planned.kind === 'location' && planned.mayTrust && (
            <Box name="trusted" number={item.number} isTicked={planned.isTrusted}>
              {t('policyFiles.item.trusted')}
            </Box>
          )}
        </div>
      )}
      {quiet.length > 0 && (
        <Disclosure summary={t('policyFiles.left.quiet', { count: quiet.length })}>
          <ul className="grid gap-1 text-sm wrap-anywhere">
            {quiet.map((loss) => (
              <li key={loss.member}>{lossText(loss)}</li>
            ))}
          </ul>
        </Disclosure>
      )}
    </>
  )
}

function Box({
  name,
  number,
  isTicked,
  children,
}: {
  name: 'take' | 'reportOnly' | 'trusted'
  number: number
  isTicked: boolean
  children: ReactNode
}) {
  return (
    <CheckboxField
      name={`${name}[]`}
      id={`${name}-${number}`}
      value={String(number)}
      defaultChecked={isTicked}
      label={<span className="wrap-anywhere">{children}</span>}
    />
  )
}

/** What to know before ticking: reasons first, remarks after them. */
function Remarks({ planned }: { planned: PlannedItem }) {
  const loud = loudLosses(planned.leftOut)
  const lines = [
    ...loud.map((loss) => lossText(loss)),
    ...(planned.kind === 'policy' ? ofPolicy(planned) : []),
    ...(planned.kind === 'location' ? ofLocation(planned) : []),
    ...(planned.kind === 'strength' && planned.sameId !== null
      ? [t(planned.isTakeable ? 'policyFiles.item.same' : 'policyFiles.item.builtIn')]
      : []),
    ...(planned.hasNameTwin && planned.isTakeable && !('sameId' in planned && planned.sameId !== null)
      ? [t('policyFiles.item.twin')]
      : []),
  ]
  if (lines.length === 0) return null
  return (
    <ul className="grid list-disc gap-1 pl-5 text-sm wrap-anywhere">
      {[...new Set(lines)].map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function ofPolicy({ undecided, notes, stateInFile, isHere, refused }: PlannedPolicy): readonly string[] {
  const names = undecided.map(({ value }) => knownElsewhere.get(value.toLowerCase()) ?? shortened(value, 80))
  const state = stateInFile && t('policyFiles.item.stateInFile', { state: t(`conditionalAccess.state.${stateInFile}`) })
  return [
    ...(undecided.length > 0 && !refused ? [t('policyFiles.item.waitsFor', { names: names.join(', ') })] : []),
    ...notes.map((note) => t(`conditionalAccess.note.${note}`)),
    ...(isHere ? [t('policyFiles.item.isHere')] : []),
    ...(state ? [state] : []),
  ]
}

function ofLocation({ sameId, notices, isTrustedInFile, mayTrust }: PlannedLocation): readonly string[] {
  return [
    ...(sameId === null ? [] : [t('policyFiles.item.same')]),
    ...(isTrustedInFile ? [t(mayTrust ? 'policyFiles.item.trustedInFile' : 'policyFiles.item.trustLater')] : []),
    ...notices.map(({ kind, range, becomes }) =>
      t(`conditionalAccess.notice.${kind}`, { range, becomes: becomes ?? '' }),
    ),
  ]
}
