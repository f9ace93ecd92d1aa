import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField } from '@/components/ui/text-field'
import { readMfaTrustedIps } from '@/lib/conditional-access/mfa-trusted-ips-store'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { updateMfaTrustedIpsAction } from '../actions'

/** The older list of trusted ranges, to empty rather than to fill. */
export default async function MfaTrustedIpsPage() {
  const list = '/admin/named-locations'
  const path = `${list}/mfa-trusted-ips`
  await adminPageVisit({ right: 'namedLocation.update', path })
  const { ranges, version } = await readMfaTrustedIps(db())
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('namedLocations.edit.back')}</BackLink>}
        lead={t('namedLocations.mfaTrusted.lead')}
      >
        {t('namedLocations.mfaTrusted.title')}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        <Notice live={false}>{t('namedLocations.mfaTrusted.instead')}</Notice>
        <Card>
          <ActionForm action={updateMfaTrustedIpsAction} errorHeading={t('namedLocations.edit.errors')}>
            <FormToken />
            <TextareaField
              name="ranges"
              label={t('namedLocations.form.ranges')}
              hint={t('namedLocations.mfaTrusted.hint', { max: limits.conditionalAccess.mfaTrustedRangesMax })}
              defaultValue={ranges.join('\n')}
              autoComplete="off"
              spellCheck={false}
              className="max-h-96 font-mono"
            />
            <DraftNotes
              version={version}
              texts={{
                confirmLabel: t('namedLocations.confirm.label'),
                confirmHint: t('namedLocations.confirm.hint'),
                conflict: t('namedLocations.conflict.text'),
                conflictLink: t('namedLocations.conflict.link'),
                newestHref: path,
              }}
            />
            <Actions>
              <SubmitButton pendingLabel={t('ui.pending')}>{t('namedLocations.form.save')}</SubmitButton>
              <ButtonLink href={list} variant="secondary">
                {t('ui.cancel')}
              </ButtonLink>
            </Actions>
          </ActionForm>
        </Card>
      </div>
    </>
  )
}
