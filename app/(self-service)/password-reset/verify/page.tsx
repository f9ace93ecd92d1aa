import { MethodIcon } from '@/components/security-info/method-icon'
import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { ChoiceList } from '@/components/ui/choice-list'
import { Notice } from '@/components/ui/notice'
import { t } from '@/lib/i18n'
import { type ResetWay, resetWays } from '@/lib/password-reset/model'
import { type OfferedWay, viewWays } from '@/lib/password-reset/view'
import { resetVisit } from '@/lib/request/reset'
import { ResetFrame } from '../frame'
import { WayForm } from './way-form'

type Query = Record<string, string | string[] | undefined>

/** A gate: the ways to choose from, and then the chosen one. The first gate's page is the same for every name. */
export default async function VerifyPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams
  const { view, looking } = await resetVisit(['firstGate', 'nextGate'])
  const offered = await viewWays(looking)
  const open = offered.filter(({ blockedBy }) => blockedBy === null)
  const chosen = open.find(({ way }) => way === query.way)
  const isFirst = view.step === 'firstGate'
  const title = t(isFirst ? 'passwordReset.gate.title' : 'passwordReset.gate.next.title')
  return (
    <ResetFrame view={view}>
      {chosen ? (
        <>
          <PageHeading focusKey={`reset ${view.step} ${chosen.way}`}>
            {t(`passwordReset.way.${chosen.way}`)}
          </PageHeading>
          <WayForm chosen={chosen} view={view} looking={looking} isAgain={query.again === '1'} />
          {open.length > 1 && (
            <p>
              <TextLink href="/password-reset/verify">{t('passwordReset.gate.other')}</TextLink>
            </p>
          )}
        </>
      ) : (
        <>
          <PageHeading
            focusKey={`reset ${view.step}`}
            lead={t(isFirst ? 'passwordReset.gate.first.lead' : 'passwordReset.gate.next.lead')}
          >
            {title}
          </PageHeading>
          <ChoiceList
            label={t('passwordReset.gate.ways')}
            choices={open.map(({ way, detail }) => ({
              href: `/password-reset/verify?way=${way}`,
              label: t(`passwordReset.way.${way}`),
              hint: detail === null ? t(`passwordReset.way.${way}.hint`) : <bdi>{detail}</bdi>,
              icon: <MethodIcon kind={pictures[way]} />,
            }))}
          />
          {open.length === 0 && (
            <Notice tone="warning" live={false}>
              {t('passwordReset.refused.notSetUp')}
            </Notice>
          )}
          <Blocked offered={offered} />
        </>
      )}
    </ResetFrame>
  )
}

/** What would prove nothing more, each with its reason, so that nobody wonders where their telephone is. */
function Blocked({ offered }: { offered: readonly OfferedWay[] }) {
  const blocked = resetWays.flatMap((way) => offered.filter((one) => one.way === way && one.blockedBy !== null))
  if (blocked.length === 0) return null
  return (
    <section aria-labelledby="blocked" className="grid gap-3">
      <h2 id="blocked" className="font-medium">
        {t('passwordReset.gate.blocked')}
      </h2>
      <ul className="grid gap-3">
        {blocked.map(({ way, detail, blockedBy }) => (
          <li
            key={way}
            className="flex items-center gap-4 rounded-md border border-border bg-surface-sunken p-4 text-text-muted"
          >
            <MethodIcon kind={pictures[way]} />
            <div className="grid gap-0.5">
              <p className="font-medium">
                {t(`passwordReset.way.${way}`)} {detail !== null && <bdi className="font-normal">{detail}</bdi>}
              </p>
              <p className="text-sm">
                {t(
                  blockedBy === 'tooNew'
                    ? 'passwordReset.gate.tooNew'
                    : `passwordReset.gate.blocked.${blockedBy ?? 'sameMethod'}`,
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

const pictures = {
  oath: 'softwareOath',
  email: 'email',
  sms: 'mobilePhone',
  mobileCall: 'officePhone',
  officeCall: 'officePhone',
  passkey: 'passkey',
  questions: 'securityQuestions',
} as const satisfies Record<ResetWay, Parameters<typeof MethodIcon>[0]['kind']>
