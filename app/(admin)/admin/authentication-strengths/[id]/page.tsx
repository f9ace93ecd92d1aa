import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { findStrength } from '@/lib/conditional-access/store'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { updateStrengthAction } from '../actions'
import { combinationName } from '../combinations'
import { StrengthForm } from '../strength-form'
import { PolicyLinks, strengthUsers } from '../used-by'

const list = '/admin/authentication-strengths'

/** One strength: a custom one to change, a built-in one to read. */
export default async function StrengthPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<{ saved?: string }>
}) {
  const { id } = await params
  const path = `${list}/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const custom = await findStrength(db(), id)
  const strength = custom ?? builtInStrengths.find((each) => each.id === id)
  if (!strength) notFound()
  const mayUpdate = custom !== null && may(subject, 'conditionalAccess.update')
  const usersOf = await strengthUsers()
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('strengths.edit.back')}</BackLink>}
        lead={leadFor(custom !== null, mayUpdate)}
        actions={
          mayUpdate && (
            <ButtonLink href={`${path}/delete`} variant="secondary">
              {t('strengths.edit.delete')}
            </ButtonLink>
          )
        }
        tags={<Tag tone={custom ? 'info' : 'neutral'}>{t(`strengths.type.${strength.policyType}`)}</Tag>}
      >
        {strength.displayName}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        {(saved === 'created' || saved === 'updated') && (
          <Notice tone="success">{t(`strengths.saved.${saved}`)}</Notice>
        )}
        {mayUpdate && custom ? (
          <StrengthForm action={updateStrengthAction.bind(null, custom.id)} strength={custom} />
        ) : (
          <Card id="combinations" title={t('strengths.edit.combinations')} description={strength.description}>
            <ul className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
              {strength.allowedCombinations.map((combination) => (
                <li key={combination}>{combinationName(combination)}</li>
              ))}
            </ul>
          </Card>
        )}
        <Card id="used-by" title={t('strengths.edit.usedBy')}>
          <PolicyLinks policies={usersOf(id)} none={t('strengths.edit.unused')} />
        </Card>
      </div>
    </>
  )
}

function leadFor(isCustom: boolean, mayUpdate: boolean): string {
  if (!isCustom) return t('strengths.edit.builtIn')
  return mayUpdate ? t('strengths.edit.lead') : t('strengths.edit.reader')
}
