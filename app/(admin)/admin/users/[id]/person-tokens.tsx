import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { may } from '@/lib/directory/rights'
import { tokensOf } from '@/lib/hardware-oath/store/tokens'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { StatusTag } from '../../hardware-tokens/status-tag'
import type { PersonVisit } from './person'

/** The hardware tokens that are this person's, also those that are not activated; nothing where there are none. */
export async function PersonTokens({ person }: { person: PersonVisit }) {
  if (person.methods === null || !may(person.visit.subject, 'hardwareOath.read')) return null
  const tokens = await tokensOf(db(), person.facts.subject.id)
  if (tokens.length === 0) return null
  return (
    <Card id="tokens" title={t('tokens.person.title')} description={t('tokens.person.text')} padding="none">
      <ul className="divide-y divide-border border-t border-border">
        {tokens.map((token) => (
          <li key={token.id} className="flex flex-wrap items-center justify-between gap-3 px-5 py-4 sm:px-6">
            <TextLink href={`/admin/hardware-tokens/${token.id}`}>
              <span className="font-mono wrap-anywhere">{token.serialNumber}</span>
            </TextLink>
            <StatusTag status={token.status} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
