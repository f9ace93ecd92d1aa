import type { ReactNode } from 'react'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice, type Tone } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { type TraceLineView, traceTones } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'
import { TextLink } from '../ui/button'

/** One policy of the answer: its part in the decision, and what it asks where it applies. */
export type PolicyLine = TraceLineView & {
  /** Graph's word for why it does not apply. */
  readonly word: string | null
  /** What it asks, in one phrase with its *and* or *or*; empty where it asks nothing. */
  readonly grant: string
  readonly session: readonly string[]
}

export type PolicyAnswer = { readonly applies: readonly PolicyLine[]; readonly others: readonly PolicyLine[] }

/** What the person would see next, then the policies by whether they apply. */
export function WhatIfAnswer({
  heading,
  tone,
  next,
  notes,
  policies,
  gate,
  off,
}: {
  heading: string
  tone: Tone
  next: string
  notes: readonly string[]
  policies: PolicyAnswer
  /** Of a sign-in that leads to registering: the decision about that. */
  gate: PolicyAnswer | null
  /** Policies that are off; null: not asked for. */
  off: readonly { readonly id: string; readonly displayName: string }[] | null
}) {
  return (
    <div className="grid max-w-3xl gap-6">
      <Card id="next" title={heading}>
        <div className="grid gap-4">
          <Notice tone={tone}>
            <p className="font-medium">{next}</p>
          </Notice>
          {notes.map((note) => (
            <p key={note} className="text-text-muted">
              {note}
            </p>
          ))}
        </div>
      </Card>
      <Applying id="applies" lines={policies.applies} />
      {gate && (
        <Card id="gate" title={t('whatIf.gate.heading')} description={t('whatIf.gate.lead')} padding="none">
          <Lines lines={[...gate.applies, ...gate.others.filter(({ word }) => word !== 'users')]} />
        </Card>
      )}
      <Card
        id="others"
        title={t('whatIf.others.heading')}
        description={policies.others.length > 0 ? t('whatIf.others.lead') : t('whatIf.others.none')}
        padding="none"
      >
        <Lines lines={policies.others} />
      </Card>
      {off && (
        <Card
          id="off"
          title={t('whatIf.off.heading')}
          description={off.length === 0 ? t('whatIf.off.none') : undefined}
          padding="none"
        >
          <List>
            {off.map(({ id, displayName }) => (
              <Line key={id} id={id} name={displayName}>
                <p className="text-text-muted">{t('whatIf.off')}</p>
                <Word word="policyNotEnabled" />
              </Line>
            ))}
          </List>
        </Card>
      )}
    </div>
  )
}

function Applying({ id, lines }: { id: string; lines: readonly PolicyLine[] }) {
  return (
    <Card
      id={id}
      title={t('whatIf.applies.heading')}
      description={t('whatIf.applies.lead', { count: lines.length })}
      padding="none"
    >
      <Lines lines={lines} />
    </Card>
  )
}

function Lines({ lines }: { lines: readonly PolicyLine[] }) {
  return (
    <List>
      {lines.map((line) => (
        <Line
          key={line.policyId}
          id={line.policyId}
          name={line.displayName}
          tag={<Tag tone={traceTones[line.result]}>{line.resultText}</Tag>}
        >
          <p className="text-text-muted">{line.reasonText}</p>
          {line.word && <Word word={line.word} />}
          {(line.grant !== '' || line.session.length > 0) && (
            <DescriptionList
              items={[
                ...(line.grant === '' ? [] : [{ term: t('whatIf.grant'), description: line.grant }]),
                ...(line.session.length > 0
                  ? [{ term: t('whatIf.session'), description: line.session.join(' · ') }]
                  : []),
              ]}
            />
          )}
        </Line>
      ))}
    </List>
  )
}

function List({ children }: { children: ReactNode }) {
  return <ul className="divide-y divide-border border-t border-border empty:border-t-0">{children}</ul>
}

function Line({ id, name, tag, children }: { id: string; name: string; tag?: ReactNode; children: ReactNode }) {
  return (
    <li className="grid gap-1.5 px-5 py-4 sm:px-6">
      {/* The words of a result are long: on a phone they need two lines. */}
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 [&>span]:whitespace-normal">
        <TextLink href={`/admin/conditional-access/${id}`}>
          <bdi className="font-semibold wrap-anywhere">{name}</bdi>
        </TextLink>
        {tag}
      </p>
      {children}
    </li>
  )
}

function Word({ word }: { word: string }) {
  return <p className="text-sm text-text-muted">{t('whatIf.reason.word', { word })}</p>
}
