import { notFound } from 'next/navigation'
import { recordAlone } from '@/lib/audit/record'
import { csvLine } from '@/lib/csv/write'
import { may } from '@/lib/directory/rights'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { findPeopleIn } from '@/lib/reports/coverage-store'
import { download } from '@/lib/request/download'
import { adminPageVisit } from '@/lib/request/page'
import { loadStuck, loadWorld } from '../../world'
import { missingText } from '../missing'

const path = '/admin/conditional-access/coverage/people'

/** All of the list as a file for a spreadsheet, written as it is read. That it was taken is recorded. @see SEC-210, SEC-283 */
export async function GET(): Promise<Response> {
  const visit = await adminPageVisit({ right: 'registrations.read', path })
  if (!may(visit.subject, 'conditionalAccess.read')) notFound()
  const { actor, at, origin, session } = visit
  await recordAlone({
    ...{ activity: 'reportExported', at, outcome: 'success', actor, origin, correlationId: session.correlationId },
    after: { report: 'conditionalAccessCoverage' },
  })
  return download({
    name: 'people-who-cannot-satisfy-policies.csv',
    type: 'text/csv',
    pieces: async function* () {
      yield `\uFEFF${csvLine(['name', 'user name', 'registered', 'policy', 'missing'])}`
      const { stuck, names, methodsPolicy } = await loadStuck(await loadWorld(), at)
      let after: string | null = null
      do {
        const list = { keys: [...stuck.keys()], after, size: limits.page.sizeMax }
        const found: Awaited<ReturnType<typeof findPeopleIn>> = await findPeopleIn(db(), names, methodsPolicy, at, list)
        yield found.people
          .flatMap((person) =>
            (stuck.get(person.key) ?? []).map((policy) =>
              csvLine([
                person.displayName,
                person.userPrincipalName,
                person.methods.join('; '),
                policy.displayName,
                missingText(policy),
              ]),
            ),
          )
          .join('')
        after = found.next
      } while (after !== null)
    },
  })
}
