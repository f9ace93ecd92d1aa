import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import { isConfigurationName } from '@/lib/authentication-methods/policy-model'
import { canCall, canText, readMethodsPolicy } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { changedMethodsPolicy, methodsChangeSchema } from '@/lib/policy-changes/model'
import { adminPageVisit } from '@/lib/request/page'
import { groupChoices } from '../../group-choices'
import { readProposal, readVersion } from '../../proposal'
import { pickedOf } from '../fields'
import { MethodForm } from '../method-form'
import { configurationTitle, methodInWords, namedGroups } from '../words'

type Query = { readonly change?: string; readonly version?: string }

/** One method: switched on or off, for whom, its own settings. `change`: what was filled in before looking at it. */
export default async function MethodPage({
  params,
  searchParams,
}: {
  params: Promise<{ kind: string }>
  searchParams: Promise<Query>
}) {
  const { kind } = await params
  if (!isConfigurationName(kind)) notFound()
  const path = `/admin/authentication-methods/${kind}`
  const { subject } = await adminPageVisit({ right: 'authenticationMethodsPolicy.read', path })
  const { document, version } = await readMethodsPolicy(db())
  const query = await searchParams
  const proposed = readProposal(methodsChangeSchema, query.change)
  const changed = proposed?.part === kind ? changedMethodsPolicy(document, proposed) : null
  const policy = changed?.ok ? changed.document : document
  const picked = pickedOf(policy.methods[kind])
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/authentication-methods">{t('methodsPolicy.edit.back')}</BackLink>}
        lead={t(`methodsPolicy.about.${kind}`)}
      >
        {configurationTitle(kind)}
      </PageHeading>
      {kind === 'mobilePhone' && !canText() && (
        <Notice tone="warning" live={false} title={t('methodsPolicy.noText.title')}>
          {t('methodsPolicy.noText.text')}
        </Notice>
      )}
      {(kind === 'mobilePhone' || kind === 'voice' || kind === 'securityQuestions') && (
        <Notice live={false}>{t(`methodsPolicy.weaker.${kind}`)}</Notice>
      )}
      {kind === 'voice' && !canCall() && (
        <Notice tone="warning" live={false} title={t('methodsPolicy.noVoice.title')}>
          {t('methodsPolicy.noVoice.text')}
        </Notice>
      )}
      {may(subject, 'authenticationMethodsPolicy.update') ? (
        <MethodForm
          kind={kind}
          policy={policy}
          version={changed?.ok ? readVersion(query.version) : version}
          choices={{
            include: await groupChoices(picked.includeGroups),
            exclude: await groupChoices(picked.excludeGroups),
          }}
        />
      ) : (
        <Card className="max-w-3xl" id="method" title={t('methodsPolicy.edit.reader')}>
          <DescriptionList
            items={methodInWords(document, kind, await groupNames(db(), namedGroups(document))).map(
              ({ term, text }) => ({ term, description: text }),
            )}
          />
        </Card>
      )}
    </>
  )
}
