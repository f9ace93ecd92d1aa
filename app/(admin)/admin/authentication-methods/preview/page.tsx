import { ChangePreview } from '@/components/admin/change-preview'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { MethodsChange } from '@/lib/policy-changes/model'
import { countStoppedPasskeys } from '@/lib/policy-changes/stopped-passkeys'
import { countImpact } from '@/lib/policy-changes/store'
import { adminPageVisit } from '@/lib/request/page'
import { saveMethodsAction } from '../actions'
import { modelNames, profileChangeInWords } from '../passkey-profiles/words'
import { configurationTitle, methodInWords, namedGroups, settingsInWords } from '../words'
import { type ProposalQuery, proposedMethods } from './proposed'

const path = '/admin/authentication-methods'

/** What a change of one method, or of the settings for all, means for how many people. Nothing is saved by looking. */
export default async function MethodsPreviewPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { subject, at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path })
  const { change, proposal, before, after, policies, isChangedMeanwhile, hrefs } = await proposedMethods(
    await searchParams,
  )
  const impact = await countImpact(db(), { ...policies, asker: subject.id, now: at })
  const names = await groupNames(db(), [...namedGroups(before), ...namedGroups(after)])
  const { part } = change
  const models = await modelNames(
    [before, after].flatMap(({ methods }) => methods.passkey.passkeyProfiles),
    at,
  )
  const words = (policy: typeof before) => {
    if (part === 'settings') return settingsInWords(policy, names)
    return part === 'passkeyProfile' || part === 'passkeyAssignments'
      ? profileChangeInWords(policy, change, names, models)
      : methodInWords(policy, part, names)
  }
  const ofPasskeys = part === 'passkey' || part === 'passkeyProfile' || part === 'passkeyAssignments'
  const stopped = ofPasskeys ? await countStoppedPasskeys(db(), { ...policies, now: at }) : null
  return (
    <>
      <PageHeading above={<BackLink href={hrefs.edit}>{nameOf(part)}</BackLink>} lead={t('policyChanges.preview.lead')}>
        {t('policyChanges.preview.title')}
      </PageHeading>
      <ChangePreview
        before={words(before)}
        after={words(after)}
        impact={impact}
        reach={
          part === 'settings' ? null : t('policyChanges.preview.allowed', impact.allowed[ofPasskeys ? 'passkey' : part])
        }
        more={
          stopped && (
            <Card id="stops" title={t('passkeyProfiles.stops.title')}>
              {stopped.passkeys === 0 ? (
                <p className="text-text-muted">{t('passkeyProfiles.stops.none')}</p>
              ) : (
                <p>
                  {t('passkeyProfiles.stops.count', stopped)}{' '}
                  <TextLink href={hrefs.passkeys}>{t('passkeyProfiles.stops.show')}</TextLink>
                </p>
              )}
            </Card>
          )
        }
        isChangedMeanwhile={isChangedMeanwhile}
        proposal={proposal}
        action={saveMethodsAction}
        hrefs={hrefs}
      />
    </>
  )
}

function nameOf(part: MethodsChange['part']): string {
  if (part === 'settings') return t('methodsPolicy.settings.title')
  if (part === 'passkeyProfile') return t('passkeyProfiles.title')
  return part === 'passkeyAssignments' ? t('passkeyProfiles.assignments.title') : configurationTitle(part)
}
