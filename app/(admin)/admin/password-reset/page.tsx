import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import { loadMethodsPolicy, readPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { changedResetPolicy, passwordResetChangeSchema } from '@/lib/policy-changes/reset-change'
import { countResetStandings } from '@/lib/reports/reset-standing'
import { adminPageVisit } from '@/lib/request/page'
import type { Line } from '../authentication-methods/words'
import { groupChoices } from '../group-choices'
import { ResetViews } from '../password-resets/views'
import { readProposal, readVersion } from '../proposal'
import { ResetForm } from './reset-form'
import { ScopeForm } from './scope-form'
import { allButScopeInWords, resetInWords } from './words'

const path = '/admin/password-reset'

type Query = { readonly saved?: string; readonly change?: string; readonly version?: string }

/** Who may reset their password, with which methods. `change`: what was filled in before looking at it. */
export default async function PasswordResetPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { subject, at } = await adminPageVisit({ right: 'passwordResetPolicy.read', path })
  const { document, version } = await readPasswordResetPolicy(db())
  const query = await searchParams
  const change = readProposal(passwordResetChangeSchema, query.change)
  const proposed = change && changedResetPolicy(document, change)
  const policy = proposed ?? document
  const shown = {
    policy,
    version: proposed ? readVersion(query.version) : version,
    choices: await groupChoices(policy.groupId === null ? [] : [policy.groupId]),
  }
  const methods = await loadMethodsPolicy(db())
  const names = await groupNames(db(), document.groupId === null ? [] : [document.groupId])
  const { people, standings, administrators } = await countResetStandings(
    db(),
    { methods, passwordReset: document },
    at,
  )
  return (
    <>
      <PageHeading lead={t('passwordResetPolicy.lead')}>{t('passwordResetPolicy.title')}</PageHeading>
      <ResetViews subject={subject} current="settings" />
      {query.saved && <Notice tone="success">{t('policyChanges.saved')}</Notice>}
      <Notice live={false}>
        <p className="font-medium">{t('resetUsage.settings.able', { able: standings.able, people })}</p>
        {may(subject, 'passwordResets.read') && (
          <p>
            <TextLink href="/admin/password-resets/usage#people">{t('resetUsage.settings.link')}</TextLink>
          </p>
        )}
      </Notice>
      {may(subject, 'passwordResetPolicy.update') ? (
        <ResetForm {...shown} methods={methods} administrators={administrators} />
      ) : may(subject, 'passwordResetScope.update') ? (
        <>
          <ScopeForm {...shown} />
          <InWords
            title={t('passwordResetPolicy.others')}
            description={t('passwordResetPolicy.others.lead')}
            lines={allButScopeInWords(document)}
          />
        </>
      ) : (
        <InWords title={t('methodsPolicy.edit.reader')} lines={resetInWords(document, names)} />
      )}
    </>
  )
}

/** What the policy says, for whoever may not change it. */
function InWords({ lines, ...named }: { title: string; description?: string; lines: readonly Line[] }) {
  return (
    <Card className="max-w-3xl" id="policy" {...named}>
      <DescriptionList items={lines.map(({ term, text }) => ({ term, description: text }))} />
    </Card>
  )
}
