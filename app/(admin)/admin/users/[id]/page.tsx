import { choice, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { Avatar } from '@/components/ui/avatar'
import { TextLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import { personPath, personVisit } from './person'
import { PersonAccount } from './person-account'
import { PersonActions } from './person-actions'
import { PersonMethods } from './person-methods'
import { PersonTokens } from './person-tokens'

/** One person as the help desk sees them: who they are, what works, and what can be done for them. */
export default async function PersonPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const person = await personVisit(id, personPath(id))
  const { subject, mustReregisterSince } = person.facts
  const asked = ['deleted', 'reregister', 'revoked', 'perUserMfa', 'phoneAdded', 'textSignIn'] as const
  const done = choice(await searchParams, 'done', asked)
  // A new page after each action: an open dialog belongs to the old one.
  const drawnAt = person.visit.at.getTime()
  return (
    <>
      <PageHeading
        above={<TextLink href="/admin/users">{t('admin.user.back')}</TextLink>}
        picture={<Avatar name={subject.displayName} size="large" />}
        tags={
          <>
            {!subject.accountEnabled && <Tag tone="danger">{t('admin.user.state.disabled')}</Tag>}
            {mustReregisterSince && <Tag tone="warning">{t('admin.user.reregister.tag')}</Tag>}
          </>
        }
      >
        {subject.displayName}
      </PageHeading>
      {done && (
        <Notice key={drawnAt} tone="success">
          {t(`admin.user.done.${done}`)}
        </Notice>
      )}
      <div className="grid items-start gap-8 xl:grid-cols-[minmax(0,3fr)_minmax(18rem,2fr)] xl:grid-rows-[auto_1fr]">
        <div className="grid min-w-0 gap-8">
          <PersonMethods key={`methods ${drawnAt}`} person={person} />
          <PersonTokens person={person} />
        </div>
        <div className="min-w-0 xl:col-start-2 xl:row-span-2 xl:row-start-1">
          <PersonActions key={`actions ${drawnAt}`} person={person} />
        </div>
        <PersonAccount person={person} />
      </div>
    </>
  )
}
