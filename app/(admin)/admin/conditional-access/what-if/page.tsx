import { address, kept, type SearchParams } from '@/components/admin/query'
import { WhatIfAnswer } from '@/components/conditional-access/what-if-answer'
import { type FieldError, WhatIfForm } from '@/components/conditional-access/what-if-form'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { readQuestion, type WhatIfFields, whatIfFieldsSchema } from '@/lib/conditional-access/read-what-if'
import { listPolicies } from '@/lib/conditional-access/store'
import type { WhatIfQuestion } from '@/lib/conditional-access/what-if'
import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { loadSubjectByName, type PersonSummary, searchPeopleAndGroups } from '@/lib/directory/store'
import { failureMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { askWhatIf } from '@/lib/policy-trials/one-person'
import { adminPageVisit } from '@/lib/request/page'
import { nextText, notesOf, policyAnswer } from './view'

const path = '/admin/conditional-access/what-if'

/** What one person would meet, asked before it happens. Reads only. */
export default async function WhatIfPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject, at } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const given = await searchParams
  const fields = whatIfFieldsSchema.parse({ ...given, ...kept(given, ['person']) })
  const isAsked = 'target' in given
  const question = readQuestion(fields)
  const found = isAsked ? await peopleFor(fields) : []
  const [person] = found.length === 1 ? found : []
  const errors = isAsked ? errorsOf(fields, question, found) : []
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('whatIf.back')}</BackLink>}
        lead={t('whatIf.lead')}
      >
        {t('whatIf.title')}
      </PageHeading>
      {found.length > 1 && <People found={found} fields={fields} />}
      {isAsked && question.ok && person && (
        <Answer asker={subject} person={person} question={question.value} fields={fields} at={at} />
      )}
      <WhatIfForm action={path} fields={fields} errors={errors} />
    </>
  )
}

/** The person of this user name; else everybody whose name contains the text. */
async function peopleFor({ person }: WhatIfFields): Promise<readonly PersonSummary[]> {
  if (person === '') return []
  const exact = await loadSubjectByName(db(), person)
  return exact ? [exact] : (await searchPeopleAndGroups(db(), person)).people
}

function errorsOf(
  fields: WhatIfFields,
  question: ReturnType<typeof readQuestion>,
  found: readonly PersonSummary[],
): readonly FieldError[] {
  const errors: FieldError[] = []
  if (fields.person === '') errors.push({ field: 'person', message: t('whatIf.person.missing') })
  else if (found.length === 0) errors.push({ field: 'person', message: t('whatIf.person.none') })
  if (!question.ok)
    errors.push({ field: question.failure.field ?? 'target', message: failureMessage(question.failure) })
  return errors
}

function People({ found, fields }: { found: readonly PersonSummary[]; fields: WhatIfFields }) {
  return (
    <Card id="people" title={t('whatIf.person.several')} className="max-w-3xl">
      <ul className="grid gap-3">
        {found.map(({ id, displayName, userPrincipalName }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3">
            <TextLink
              href={address(path, { ...fields, person: userPrincipalName })}
              aria-label={t('whatIf.person.choose', { name: displayName })}
            >
              <bdi>{displayName}</bdi>
            </TextLink>
            <bdi className="text-sm wrap-anywhere text-text-muted">{userPrincipalName}</bdi>
          </li>
        ))}
      </ul>
    </Card>
  )
}

async function Answer({
  asker,
  person,
  question,
  fields,
  at,
}: {
  asker: Subject
  person: PersonSummary
  question: WhatIfQuestion
  fields: WhatIfFields
  at: Date
}) {
  const one = await askWhatIf(person.id, question, at)
  if (!one) return null
  const policies = await listPolicies(db())
  const mayNameMethods = may(asker, 'registrations.read') || may(asker, 'methods.read')
  const { decision } = one.answer
  const { text, tone } = nextText(one, question, mayNameMethods)
  const off = policies.filter(({ state }) => state === 'disabled')
  return (
    <WhatIfAnswer
      heading={t('whatIf.next.heading', { name: person.displayName })}
      tone={tone}
      next={text}
      notes={notesOf(one, question, mayNameMethods)}
      policies={policyAnswer(decision.trace, question, policies)}
      gate={decision.gate && policyAnswer(decision.gate.trace, question, policies)}
      off={fields.all === 'yes' ? off.map(({ id, displayName }) => ({ id, displayName })) : null}
    />
  )
}
