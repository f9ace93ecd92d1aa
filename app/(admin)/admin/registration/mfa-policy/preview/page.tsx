import { DemandList } from '@/components/admin/demand-list'
import { PreviewFrame } from '@/components/admin/preview-frame'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Notice } from '@/components/ui/notice'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { countDemands } from '@/lib/reports/registration-demands'
import { adminPageVisit } from '@/lib/request/page'
import type { ProposalQuery } from '../../../authentication-methods/preview/proposed'
import { savePolicyAction } from '../../actions'
import { mfaPolicyPath, proposedPolicy } from '../../proposed'
import { namesIn, policyInWords } from '../../words'

/** What a change of the MFA registration policy means for how many people. Nothing is saved by looking. */
export default async function MfaPolicyPreviewPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'mfaRegistrationPolicy.update', path: mfaPolicyPath })
  const { before, after, change, ...proposed } = await proposedPolicy(await searchParams)
  const counts = await countDemands(db(), { ...change, now: at })
  const names = await namesIn(before, after)
  const isSwitchedOff = before.state === 'enabled' && after.state === 'disabled'
  return (
    <>
      <PageHeading
        above={<BackLink href={proposed.hrefs.edit}>{t('registrationPolicies.mfa.title')}</BackLink>}
        lead={t('policyChanges.preview.lead')}
      >
        {t('policyChanges.preview.title')}
      </PageHeading>
      <PreviewFrame
        {...proposed}
        before={policyInWords(before, names)}
        after={policyInWords(after, names)}
        reach={t('registrationPolicies.preview.reach', counts.inPolicy)}
        people={
          <DemandList
            demands={(['cannotRegister', 'asked', 'noLongerAsked'] as const).map((effect) => ({
              effect,
              count: counts[effect],
            }))}
            hrefOf={proposed.hrefs.people}
          />
        }
        note={
          isSwitchedOff && (
            <Notice live={false} title={t('registrationPolicies.preview.days')}>
              {t('registrationPolicies.preview.days.text')}
            </Notice>
          )
        }
        action={savePolicyAction}
      />
    </>
  )
}
