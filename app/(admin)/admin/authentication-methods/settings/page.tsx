import { ShownVersion } from '@/components/admin/shown-version'
import { Section } from '@/components/conditional-access/section'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { RadioCards } from '@/components/ui/radio-cards'
import { wizardOrders } from '@/lib/authentication-methods/catalogue'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { changedMethodsPolicy, methodsChangeSchema } from '@/lib/policy-changes/model'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { groupChoices } from '../../group-choices'
import { readProposal, readVersion } from '../../proposal'
import { proposeSettingsAction } from '../actions'
import { pickedOf } from '../fields'
import { ProposeActions, TargetFields } from '../method-form'

const list = '/admin/authentication-methods'

type Query = { readonly change?: string; readonly version?: string }

/** What holds for all methods: the order of the wizard, and which method sign-in asks for first. */
export default async function MethodSettingsPage({ searchParams }: { searchParams: Promise<Query> }) {
  await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: `${list}/settings` })
  const { document, version } = await readMethodsPolicy(db())
  const query = await searchParams
  const proposed = readProposal(methodsChangeSchema, query.change)
  const changed = proposed?.part === 'settings' ? changedMethodsPolicy(document, proposed) : null
  const policy = changed?.ok ? changed.document : document
  const picked = pickedOf(policy.systemCredentialPreferences)
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('methodsPolicy.edit.back')}</BackLink>}
        lead={t('methodsPolicy.settings.lead')}
      >
        {t('methodsPolicy.settings.title')}
      </PageHeading>
      <ActionForm
        action={proposeSettingsAction}
        errorHeading={t('methodsPolicy.edit.errors')}
        className="grid max-w-3xl gap-6"
      >
        <FormToken />
        <ShownVersion version={changed?.ok ? readVersion(query.version) : version} />
        <Section id="order" heading={t('methodsPolicy.words.order')}>
          <RadioCards
            name="wizardOrder"
            label={t('methodsPolicy.settings.order')}
            defaultValue={policy.wizardOrder}
            choices={wizardOrders.map((order) => ({
              value: order,
              label: t(`methodsPolicy.order.${order}`),
              hint: t(`methodsPolicy.order.${order}.hint`),
            }))}
          />
        </Section>
        <Section
          id="preferred"
          heading={t('methodsPolicy.settings.preferred')}
          lead={t('methodsPolicy.settings.preferred.hint')}
        >
          <div className="group/preferred grid gap-6">
            <RadioCards
              name="preferred"
              label={t('methodsPolicy.words.preferred')}
              defaultValue={policy.systemCredentialPreferences.state}
              choices={(['default', 'enabled', 'disabled'] as const).map((state) => ({
                value: state,
                label: t(`methodsPolicy.preferred.${state}`),
                hint: t(`methodsPolicy.preferred.${state}.hint`),
              }))}
            />
            <div className="grid border-t border-border pt-6 group-has-[input[value=disabled]:checked]/preferred:hidden">
              <TargetFields
                who={picked.includeWho}
                label={t('methodsPolicy.settings.include')}
                selected={t('methodsPolicy.settings.one')}
                include={t('methodsPolicy.settings.includeGroup')}
                exclude={t('methodsPolicy.settings.excludeGroup')}
                choices={{
                  include: await groupChoices(picked.includeGroups),
                  exclude: await groupChoices(picked.excludeGroups),
                }}
              />
            </div>
          </div>
        </Section>
        <ProposeActions />
      </ActionForm>
    </>
  )
}
