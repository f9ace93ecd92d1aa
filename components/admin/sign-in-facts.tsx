import type { ReactNode } from 'react'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Icon } from '@/components/ui/icon'
import { Tag } from '@/components/ui/tag'
import { addressSourceText } from '@/lib/audit/view'
import { countryName } from '@/lib/conditional-access/countries'
import { duration, formatDate, hasMessage, t } from '@/lib/i18n'
import { deviceName } from '@/lib/sign-in/device'
import { requirementOf } from '@/lib/sign-in/log-facts'
import { modeName, ResultTag, StatusTag, targetName } from './sign-in-words'

/** As the log's store reads them; components touch no store. */
type Entry = Parameters<typeof requirementOf>[0] & {
  readonly at: Date
  readonly target: string
  readonly errorCode: number
  readonly clientAddress: string | null
  readonly addressSource: string
  readonly userAgent: string | null
  readonly conditionalAccessStatus: 'success' | 'failure' | 'notApplied'
  readonly steps: readonly {
    readonly mode: string
    readonly succeeded: boolean
    readonly result: string
    readonly at: number
  }[]
  readonly circumstances: {
    readonly userType: string | null
    readonly guestType: string | null
    readonly platform: string | null
    readonly country: string | null
    readonly locations:
      | readonly { readonly id: string; readonly displayName: string | null; readonly isTrusted: boolean }[]
      | null
    readonly outcome: string | null
    readonly session: {
      readonly seconds: number
      readonly firstFactorSeconds: number | null
      readonly sessionSeconds: number | null
    } | null
  }
}

/** Everything that one entry says but its trace and its ids: what happened, from where, with what. */
export function SignInFacts({
  record,
  person,
  userName,
}: {
  record: Entry
  person: { readonly id: string } | null
  userName: string
}) {
  const { circumstances } = record
  return (
    <>
      <Card id="facts" title={t('admin.signIn.entry.facts')}>
        <DescriptionList
          items={[
            { term: t('admin.signIn.column.time'), description: formatDate(record.at) },
            {
              term: t('admin.signIn.column.user'),
              description: person ? (
                <TextLink href={`/admin/users/${person.id}`}>
                  <bdi>{userName}</bdi>
                </TextLink>
              ) : (
                <bdi className="wrap-anywhere">{userName}</bdi>
              ),
            },
            { term: t('admin.signIn.entry.userType'), description: kindOfAccount(circumstances) },
            { term: t('admin.signIn.column.target'), description: targetName(record.target) },
            { term: t('admin.signIn.column.result'), description: <ResultTag errorCode={record.errorCode} /> },
            { term: t('admin.signIn.entry.outcome'), description: outcomeWords(circumstances.outcome) },
            { term: t('admin.signIn.entry.error'), description: record.errorCode },
            {
              term: t('admin.signIn.column.status'),
              description: <StatusTag status={record.conditionalAccessStatus} />,
            },
            {
              term: t('admin.signIn.entry.requirement'),
              description: t(`admin.signIn.entry.requirement.${requirementOf(record)}`),
            },
            { term: t('admin.signIn.entry.steps'), description: <Steps record={record} /> },
            { term: t('admin.signIn.entry.session'), description: <SessionControls session={circumstances.session} /> },
          ]}
        />
      </Card>
      <Card id="where" title={t('admin.signIn.entry.where')}>
        <DescriptionList
          items={[
            {
              term: t('admin.signIn.column.address'),
              description: <span className="font-mono">{record.clientAddress ?? t('admin.unknown')}</span>,
            },
            { term: t('admin.signIn.entry.found'), description: addressSourceText(record.addressSource) },
            {
              term: t('admin.signIn.entry.locations'),
              description: <Locations locations={circumstances.locations} />,
            },
            {
              term: t('admin.signIn.entry.country'),
              description: circumstances.country
                ? countryName(circumstances.country)
                : t('admin.signIn.entry.country.unknown'),
            },
            { term: t('admin.signIn.entry.client'), description: t('admin.signIn.entry.client.browser') },
            {
              term: t('admin.signIn.entry.device'),
              description: (
                <span className="grid gap-0.5">
                  <span>{deviceName(record.userAgent) ?? t('admin.unknown')}</span>
                  {record.userAgent && <bdi className="text-sm wrap-anywhere text-text-muted">{record.userAgent}</bdi>}
                </span>
              ),
            },
            { term: t('admin.signIn.entry.platform'), description: platformName(circumstances) },
            { term: t('admin.signIn.entry.deviceState'), description: t('admin.signIn.entry.deviceState.unknown') },
          ]}
        />
      </Card>
    </>
  )
}

function kindOfAccount({ userType, guestType }: Entry['circumstances']): ReactNode {
  if (userType !== 'member' && userType !== 'guest') return t('admin.unknown')
  const key = `policies.users.guest.${guestType}`
  const kind = guestType !== null && hasMessage(key) ? t(key as 'admin.unknown') : null
  return kind
    ? `${t(`admin.signIn.entry.userType.${userType}`)}: ${kind}`
    : t(`admin.signIn.entry.userType.${userType}`)
}

function outcomeWords(outcome: string | null): ReactNode {
  const key = `conditionalAccess.outcome.${outcome}`
  return hasMessage(key) ? t(key as 'conditionalAccess.outcome.allow') : t('admin.unknown')
}

function platformName({ platform, locations }: Entry['circumstances']): ReactNode {
  // An entry without its locations was written before either was kept.
  if (platform === null)
    return t(locations === null ? 'admin.signIn.entry.notKept' : 'admin.signIn.entry.platform.none')
  const key = `conditionalAccess.platform.${platform}`
  return hasMessage(key) ? t(key as 'conditionalAccess.platform.all') : platform
}

function Locations({ locations }: { locations: Entry['circumstances']['locations'] }) {
  if (locations === null) return t('admin.signIn.entry.notKept')
  if (locations.length === 0) return t('admin.signIn.entry.locations.none')
  return (
    <ul className="grid gap-1">
      {locations.map(({ id, displayName, isTrusted }) => (
        <li key={id} className="flex flex-wrap items-center gap-2">
          <bdi className="wrap-anywhere">{displayName ?? t('conditionalAccess.place.mfa_trusted')}</bdi>
          {isTrusted && <Tag tone="success">{t('admin.signIn.entry.trusted')}</Tag>}
        </li>
      ))}
    </ul>
  )
}

function SessionControls({ session }: { session: Entry['circumstances']['session'] }) {
  if (session === null) return t('admin.signIn.entry.session.none')
  return (
    <span className="grid gap-0.5">
      <span>{t('admin.signIn.entry.session.proofs', { time: duration(session.seconds) })}</span>
      {session.sessionSeconds !== null && (
        <span>{t('admin.signIn.entry.session.lasts', { time: duration(session.sessionSeconds) })}</span>
      )}
    </span>
  )
}

function Steps({ record }: { record: Entry }) {
  if (record.steps.length === 0) return <span className="text-text-muted">{t('admin.signIn.entry.steps.none')}</span>
  return (
    <ul className="grid gap-1">
      {record.steps.map((step) => (
        <li key={`${step.mode} ${step.at}`} className="flex flex-wrap items-center gap-2">
          <Icon
            name={step.succeeded ? 'check' : 'close'}
            className={step.succeeded ? 'size-4 text-success' : 'size-4 text-danger'}
          />
          {modeName(step.mode)}
          <span className="text-text-muted">
            {step.result} · {formatDate(new Date(step.at))}
          </span>
        </li>
      ))}
    </ul>
  )
}
