import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { TermsText } from '@/components/terms-of-use/terms-text'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import type { TermsOfUse } from '@/lib/terms-of-use/model'
import { findTerms, findText, listTexts } from '@/lib/terms-of-use/store'
import { PolicyLinks, strengthUsers } from '../../authentication-strengths/used-by'
import { updateTermsAction } from '../actions'
import { TermsForm } from '../terms-form'

const list = '/admin/terms-of-use'

/** Terms of use to change, their versions, and who asks for them. Retired ones are there to read. */
export default async function TermsPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<{ saved?: string }>
}) {
  const { id } = await params
  const path = `${list}/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const terms = await findTerms(db(), id)
  const text = terms && (await findText(db(), terms.id, terms.textVersion))
  if (!terms || !text) notFound()
  const mayUpdate = may(subject, 'conditionalAccess.update') && !terms.retiredAt
  const usersOf = await strengthUsers()
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('terms.edit.back')}</BackLink>}
        lead={t(terms.retiredAt ? 'terms.edit.retiredLead' : mayUpdate ? 'terms.edit.lead' : 'terms.edit.readLead')}
        actions={
          <>
            <ButtonLink href={`${path}/acceptances`} variant="secondary">
              {t('terms.edit.acceptances')}
            </ButtonLink>
            {mayUpdate && (
              <ButtonLink href={`${path}/retire`} variant="secondary">
                {t('terms.edit.retire')}
              </ButtonLink>
            )}
          </>
        }
        tags={terms.retiredAt && <Tag tone="neutral">{t('terms.list.retired')}</Tag>}
      >
        {terms.displayName}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        {(saved === 'created' || saved === 'updated') && <Notice tone="success">{t(`terms.saved.${saved}`)}</Notice>}
        {saved === 'newText' && (
          <Notice tone="success">{t('terms.saved.newText', { version: terms.textVersion })}</Notice>
        )}
        {mayUpdate ? (
          <TermsForm action={updateTermsAction.bind(null, terms.id)} terms={terms} languages={text.languages} />
        ) : (
          text.languages.map((each) => (
            <Card key={each.language}>
              <TermsText text={each} />
            </Card>
          ))
        )}
        <Card id="versions" title={t('terms.versions.title')} padding="none">
          <Versions terms={terms} path={path} />
        </Card>
        <Card id="used-by" title={t('terms.edit.usedBy')}>
          <PolicyLinks policies={usersOf(terms.id)} none={t('terms.list.unused')} />
        </Card>
      </div>
    </>
  )
}

async function Versions({ terms, path }: { terms: TermsOfUse; path: string }) {
  return (
    <DataTable
      caption={t('terms.versions.caption')}
      rows={await listTexts(db(), terms.id)}
      rowKey={({ version }) => String(version)}
      columns={[
        {
          key: 'version',
          header: t('terms.versions.version'),
          isRowHeader: true,
          cell: ({ version }) => <TextLink href={`${path}/versions/${version}`}>{String(version)}</TextLink>,
        },
        { key: 'saved', header: t('terms.versions.saved'), cell: ({ createdAt }) => formatDate(createdAt) },
        { key: 'languages', header: t('terms.versions.languages'), cell: ({ languages }) => languages.join(', ') },
        {
          key: 'counts',
          header: t('terms.versions.counts'),
          cell: ({ version }) => t(version >= terms.acceptedFromVersion ? 'terms.versions.yes' : 'terms.versions.no'),
        },
      ]}
    />
  )
}
