import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { t } from '@/lib/i18n'
import type { ResetRefusal } from '@/lib/password-reset/model'
import { resetVisit } from '@/lib/request/reset'
import { ResetFrame } from '../frame'

/** Why it ends here, told to somebody who has proven something, and what to do next. */
export default async function RefusedPage() {
  const { view } = await resetVisit(['refused'])
  const refusal = view.refusal ?? 'SSPR_0014'
  return (
    <ResetFrame view={view}>
      <PageHeading focusKey="reset refused" lead={t(`passwordReset.refused.${words[refusal]}`)}>
        {t('passwordReset.refused.title')}
      </PageHeading>
      {view.isCodeShown && refusal.startsWith('SSPR_') && (
        <p className="text-text-muted">
          {t('passwordReset.refused.code')}: <code className="font-mono text-text">{refusal}</code>
        </p>
      )}
      <ButtonLink href={view.helpdeskPage ?? '/password-reset/contact'} wide>
        {t('passwordReset.contact.link')}
      </ButtonLink>
    </ResetFrame>
  )
}

const words = {
  account_unknown: 'notSetUp',
  account_disabled: 'notSetUp',
  SSPR_0009: 'notForYou',
  SSPR_0010: 'directory',
  SSPR_0011: 'notForYou',
  SSPR_0013: 'notForYou',
  SSPR_0014: 'notSetUp',
  administrator_not_allowed: 'notForYou',
  guest_of_other_organisation: 'elsewhere',
  no_password: 'noPassword',
  policy_blocked: 'policy',
  policy_needs_more: 'policy',
  outcome_unknown: 'outcome',
} as const satisfies Record<ResetRefusal, string>
