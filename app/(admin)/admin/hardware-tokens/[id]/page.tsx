import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { choice, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CodeField } from '@/components/ui/code-field'
import { DescriptionList } from '@/components/ui/description-list'
import type { FormAction } from '@/components/ui/form-answer'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { may, refusalToActOn } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import type { Token } from '@/lib/hardware-oath/model'
import { findToken } from '@/lib/hardware-oath/store/tokens'
import { duration, failureMessage, formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { activate, assign, remove, unassign } from '../actions'
import { StatusTag } from '../status-tag'

const list = '/admin/hardware-tokens'

/** One token: what it is, whose it is, and what can be done with it. */
export default async function TokenPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const path = `${list}/${encodeURIComponent(id)}`
  const { subject: actor } = await adminPageVisit({ right: 'hardwareOath.read', path })
  const token = await findToken(db(), id)
  if (!token) notFound()
  const done = choice(await searchParams, 'done', ['assigned', 'activated', 'unassigned'])
  const owner = token.assignedTo ? await loadSubject(db(), token.assignedTo.id) : null
  const ownerRefusal = owner && refusalToActOn(actor, 'methods.update', owner)
  const mayAssign = owner ? ownerRefusal === null : may(actor, 'methods.update')
  const mayDelete = may(actor, 'hardwareOath.update')
  const isIdle = !mayAssign && !(mayDelete && token.status === 'available')
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('tokens.token.back')}</BackLink>}
        tags={<StatusTag status={token.status} />}
      >
        {t('tokens.token.title', { serialNumber: token.serialNumber })}
      </PageHeading>
      {done && <Notice tone="success">{t(`tokens.done.${done}`)}</Notice>}
      <div className="grid items-start gap-8 xl:grid-cols-2">
        <Card id="facts" title={t('tokens.token.facts')}>
          <Facts token={token} />
        </Card>
        <div className="grid min-w-0 gap-8">
          {isIdle && (
            <Notice live={false}>
              {ownerRefusal ? failureMessage({ kind: 'refused', code: ownerRefusal }) : t('tokens.may.not')}
            </Notice>
          )}
          {mayAssign && token.status === 'available' && (
            <Step id="assign" action={assign} token={token} submit={t('tokens.assign.submit')}>
              <TextField
                name="userPrincipalName"
                label={t('tokens.assign.field')}
                hint={t('tokens.assign.hint')}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                required
              />
            </Step>
          )}
          {mayAssign && token.status === 'assigned' && (
            <Step id="activate" action={activate} token={token} submit={t('tokens.activate.submit')}>
              <CodeField name="code" label={t('tokens.activate.field')} hint={t('tokens.activate.hint')} required />
            </Step>
          )}
          {mayAssign && token.status !== 'available' && (
            <Step id="unassign" action={unassign} token={token} submit={t('tokens.unassign.submit')} isDanger />
          )}
          {mayDelete && token.status === 'available' && (
            <Step id="delete" action={remove} token={token} submit={t('tokens.delete.submit')} isDanger />
          )}
        </div>
      </div>
    </>
  )
}

function Facts({ token }: { token: Token }) {
  const { assignedTo } = token
  const given = (text: string) =>
    text === '' ? t('tokens.token.unknown') : <bdi className="wrap-anywhere">{text}</bdi>
  return (
    <DescriptionList
      items={[
        { term: t('tokens.token.maker'), description: given(token.manufacturer) },
        { term: t('tokens.token.model'), description: given(token.model) },
        { term: t('tokens.token.interval'), description: duration(token.periodSeconds) },
        { term: t('tokens.token.hash'), description: token.algorithm === 'SHA1' ? 'SHA-1' : 'SHA-256' },
        {
          term: t('tokens.token.person'),
          description: assignedTo ? (
            <TextLink href={`/admin/users/${assignedTo.id}`}>
              <bdi className="wrap-anywhere">{assignedTo.displayName}</bdi>
            </TextLink>
          ) : (
            t('tokens.nobody')
          ),
        },
        {
          term: t('tokens.column.used'),
          description: token.lastUsedAt ? formatDate(token.lastUsedAt) : t('tokens.never'),
        },
        { term: t('tokens.token.added'), description: formatDate(token.createdAt, 'date') },
      ]}
    />
  )
}

/** One thing that can be done, with what it means. Each form has ids of its own. */
function Step({
  id,
  action,
  token,
  submit,
  isDanger = false,
  children,
}: {
  id: 'assign' | 'activate' | 'unassign' | 'delete'
  action: FormAction
  token: Token
  submit: string
  isDanger?: boolean
  children?: ReactNode
}) {
  const name = token.assignedTo?.displayName ?? ''
  return (
    <Card
      id={id}
      title={t(`tokens.${id}.title`)}
      description={id === 'unassign' ? t('tokens.unassign.text', { name }) : t(`tokens.${id}.text`)}
    >
      <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')} idPrefix={`${id}-`}>
        <FormToken />
        <input type="hidden" name="tokenId" value={token.id} />
        <input type="hidden" name="returnTo" value={`${list}/${token.id}`} />
        {children}
        <SubmitButton variant={isDanger ? 'danger' : undefined} pendingLabel={t('ui.pending')}>
          {submit}
        </SubmitButton>
      </ActionForm>
    </Card>
  )
}
