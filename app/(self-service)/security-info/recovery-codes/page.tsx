import { redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { failureMessage, formatDate, t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { refusalToMakeCodes } from '@/lib/security-info/recovery-codes'
import { openSecurityInfo } from '../open'
import { BackToList, SecurityInfoShell } from '../shell'
import { makeCodes } from './actions'
import { CodesOrFields } from './codes-form'

const path = '/security-info/recovery-codes'

/** Making recovery codes, or new ones in the place of those that are there. They are shown once. */
export default async function RecoveryCodesPage() {
  const visit = await openSecurityInfo(path, 'recoveryCodes')
  const { facts, session, subject, at } = visit
  const present = facts.methods.find(({ kind }) => kind === 'recoveryCodes')
  const others = facts.methods.filter((method) => method !== present).map(({ kind }) => kind)
  // What can't be made, the picker says with its reason.
  if (!mayRegister(facts.methodsPolicy, subject, 'recoveryCodes', others).allowed) redirect('/security-info/add')
  const refusal = refusalToMakeCodes(facts, session, at, 'start')
  if (refusal?.failure.code === 'security_info.freshness_required') {
    redirect(`/sign-in/verify?returnTo=${encodeURIComponent(path)}`)
  }
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={t('securityInfo.recoveryCodes.lead')}>
        {t(present ? 'securityInfo.recoveryCodes.titleAgain' : 'securityInfo.recoveryCodes.title')}
      </PageHeading>
      {refusal ? (
        <Notice
          tone="warning"
          live={false}
          title={t('securityInfo.recoveryCodes.closed.title')}
          actions={
            <ButtonLink href="/security-info/add" variant="secondary" size="small">
              {t('securityInfo.list.add')}
            </ButtonLink>
          }
        >
          {failureMessage(refusal.failure)}
        </Notice>
      ) : (
        <Card className="max-w-xl">
          <ActionForm action={makeCodes} errorHeading={t('ui.errorSummary.heading')} className="grid gap-6">
            <CodesOrFields texts={textsFor(subject.userPrincipalName, at)}>
              <FormToken />
              <input type="hidden" name="replaces" value={present?.id ?? ''} />
              <ul className="grid list-disc gap-2 pl-5 marker:text-accent">
                <li>{t('securityInfo.recoveryCodes.once')}</li>
                <li>{t('securityInfo.recoveryCodes.keep')}</li>
              </ul>
              {present && (
                <Notice tone="warning" live={false}>
                  {t('securityInfo.recoveryCodes.again')}
                </Notice>
              )}
              <SubmitButton wide pendingLabel={t('ui.pending')}>
                {t(present ? 'securityInfo.recoveryCodes.renew' : 'securityInfo.recoveryCodes.submit')}
              </SubmitButton>
            </CodesOrFields>
          </ActionForm>
        </Card>
      )}
    </SecurityInfoShell>
  )
}

function textsFor(account: string, at: Date) {
  return {
    list: t('securityInfo.recoveryCodes.list'),
    copy: t('securityInfo.recoveryCodes.copy'),
    copied: t('ui.copied'),
    copyFailed: t('ui.copyFailed'),
    download: t('securityInfo.recoveryCodes.download'),
    print: t('securityInfo.recoveryCodes.print'),
    afterwards: t('securityInfo.recoveryCodes.afterwards'),
    done: t('securityInfo.recoveryCodes.done'),
    file: t('securityInfo.recoveryCodes.file', {
      account,
      service: env().ORGANISATION_NAME,
      at: formatDate(at, 'date'),
    }),
  }
}
