import type { ReactNode } from 'react'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { t } from '@/lib/i18n'
import { personPath } from './person'

/** A question as a page of its own: where scripts do not run, and in a new tab. */
export function QuestionPage({ id, name, title, form }: { id: string; name: string; title: string; form: ReactNode }) {
  return (
    <div className="grid max-w-xl gap-8">
      <PageHeading above={<TextLink href={personPath(id)}>{name}</TextLink>}>{title}</PageHeading>
      <Card>
        <div className="grid gap-4">
          {form}
          <ButtonLink href={personPath(id)} variant="secondary" wide>
            {t('admin.user.keep')}
          </ButtonLink>
        </div>
      </Card>
    </div>
  )
}
