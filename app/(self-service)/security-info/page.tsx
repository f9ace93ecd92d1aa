import { HealthSummary } from '@/components/security-info/health-summary'
import { MethodList } from '@/components/security-info/method-list'
import { OwnMethodRow } from '@/components/security-info/own-method-row'
import { PasskeySignals } from '@/components/security-info/passkey-signals'
import { PasskeyUpgrade } from '@/components/security-info/passkey-upgrade'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { isSystemPreferred } from '@/lib/authentication-methods/default-method'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken, formToken } from '@/lib/request/form-token'
import { healthOf } from '@/lib/security-info/health'
import type { MethodView } from '@/lib/security-info/model'
import { ownPasskeys } from '@/lib/security-info/passkey'
import { passkeyModels } from '@/lib/security-info/passkey-models'
import { offersUpgrade } from '@/lib/security-info/passkey-upgrade'
import { methodViews } from '@/lib/security-info/view'
import { mfaMethods } from '@/lib/sign-in/usable'
import { listOwnAcceptances } from '@/lib/terms-of-use/store'
import { makeDefault, removeMethod, switchTextSignIn } from './actions'
import { DoneNotice } from './done-notice'
import { MailLanguage } from './mail-language'
import { openSecurityInfo } from './open'
import { SecurityInfoShell } from './shell'
import { SignOutElsewhere } from './sign-out-elsewhere'
import { finishUpgrade, startUpgrade } from './upgrade/actions'

type Query = { readonly done?: string; readonly kind?: string; readonly method?: string }

/** Manage mode: what somebody has registered, how well that serves them, and everything they may do about it. */
export default async function SecurityInfoPage({ searchParams }: { searchParams: Promise<Query> }) {
  const visit = await openSecurityInfo('/security-info')
  const { facts, subject, at } = visit
  const methods = methodViews(facts, at, await passkeyModels(facts.methods, at))
  const protecting = mfaMethods(facts)
  const lasting = methods.filter(({ kind }) => kind !== 'temporaryAccessPass')
  const { done, kind, method } = await searchParams
  const hasAccepted = (await listOwnAcceptances(db(), visit.session.userId, 1)).length > 0
  const isUpgradeOffered = offersUpgrade(visit)
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading
        above={<DoneNotice done={done} kind={kind} methodId={method} methods={methods} />}
        lead={
          <>
            <bdi className="font-medium text-text">{subject.displayName}</bdi>
            <br />
            {t('securityInfo.lead')}
          </>
        }
      >
        {t('securityInfo.title')}
      </PageHeading>
      <PasskeySignals passkeys={await ownPasskeys(facts)} />
      {isUpgradeOffered && (
        <PasskeyUpgrade
          start={startUpgrade}
          finish={finishUpgrade}
          formToken={formToken()}
          texts={{
            made: t('securityInfo.upgrade.made'),
            text: t('securityInfo.upgrade.text'),
            show: t('securityInfo.upgrade.show'),
          }}
        />
      )}
      {lasting.length === 0 && <PassBanner methods={methods} />}
      {facts.mustReregisterSince && (
        <Notice tone="warning" live={false} title={t('securityInfo.reregister.title')}>
          {t('securityInfo.reregister.text')}
        </Notice>
      )}
      <FewCodesLeft methods={methods} />
      <HealthSummary health={healthOf(facts)} />
      <Card
        id="methods"
        title={t('securityInfo.list.title')}
        padding="none"
        actions={
          <ButtonLink href="/security-info/add">
            <Icon name="plus" className="size-5" />
            {t('securityInfo.list.add')}
          </ButtonLink>
        }
      >
        {methods.length === 0 ? (
          <EmptyState icon="shield" title={t('securityInfo.list.empty.title')}>
            {t('securityInfo.list.empty.text')}
          </EmptyState>
        ) : (
          <MethodList label={t('securityInfo.list.title')}>
            {methods.map((view) => (
              <OwnMethodRow
                key={view.id}
                method={view}
                isLast={protecting.length === 1 && protecting[0]?.id === view.id}
                makeDefault={makeDefault}
                switchTextSignIn={switchTextSignIn}
                remove={removeMethod}
                token={<FormToken />}
              />
            ))}
          </MethodList>
        )}
        {facts.defaultMethodId && (
          <p className="border-t border-border px-5 py-4 text-sm text-text-muted sm:px-6">
            {t(
              isSystemPreferred(facts.methodsPolicy.systemCredentialPreferences, facts.subject)
                ? 'securityInfo.list.defaultHint.ignored'
                : 'securityInfo.list.defaultHint.used',
            )}
          </p>
        )}
      </Card>
      {facts.hasPassword && (
        <Card id="password" title={t('password.card.title')} description={t('password.card.text')}>
          <ButtonLink href="/security-info/password" variant="secondary" size="small">
            {t('password.submit')}
          </ButtonLink>
        </Card>
      )}
      <Card id="sessions" title={t('securityInfo.sessions.title')} description={t('securityInfo.sessions.card')}>
        <div className="flex flex-wrap gap-3">
          <ButtonLink href="/security-info/sessions" variant="secondary" size="small">
            {t('securityInfo.sessions.show')}
          </ButtonLink>
          <SignOutElsewhere />
        </div>
      </Card>
      <MailLanguage userId={visit.session.userId} />
      {hasAccepted && (
        <Card id="terms" title={t('terms.own.title')} description={t('terms.own.card')}>
          <ButtonLink href="/security-info/terms" variant="secondary" size="small">
            {t('terms.own.show')}
          </ButtonLink>
        </Card>
      )}
    </SecurityInfoShell>
  )
}

/** Codes run out: asked for in time, while another method is still there to make new ones with. @see SEC-101 */
function FewCodesLeft({ methods }: { methods: readonly MethodView[] }) {
  const set = methods.find(({ shouldRenew }) => shouldRenew)
  if (!set) return null
  return (
    <Notice
      tone="warning"
      live={false}
      title={t('securityInfo.recoveryCodes.few.title')}
      actions={
        <ButtonLink href="/security-info/recovery-codes" size="small">
          {t('securityInfo.recoveryCodes.renew')}
        </ButtonLink>
      }
    >
      {set.detail} {t('securityInfo.recoveryCodes.few.text')}
    </Notice>
  )
}

/** Whoever has only a pass is told when it ends, and what to do before. */
function PassBanner({ methods }: { methods: readonly MethodView[] }) {
  const pass = methods.find(({ expiresAt, unusableReason }) => expiresAt !== null && unusableReason !== 'expired')
  if (!pass?.expiresAt) return null
  return (
    <Notice
      tone="warning"
      live={false}
      title={t('securityInfo.passOnly.title')}
      actions={
        <ButtonLink href="/security-info/add" size="small">
          {t('securityInfo.list.add')}
        </ButtonLink>
      }
    >
      {t('securityInfo.passOnly.text', { at: formatDate(new Date(pass.expiresAt)) })}
    </Notice>
  )
}
