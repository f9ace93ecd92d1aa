import type { NextRequest } from 'next/server'
import { kept } from '@/components/admin/query'
import { recordAlone } from '@/lib/audit/record'
import { csvLine } from '@/lib/csv/write'
import { userNames } from '@/lib/directory/store'
import { db } from '@/lib/platform/db'
import { download } from '@/lib/request/download'
import { adminPageVisit } from '@/lib/request/page'
import { signInColumns, signInDocument } from '@/lib/sign-in/log-file'
import { eachSignIn, type SignInRecord } from '@/lib/sign-in/log-store'
import { filterNames, readFilter } from '../filters'

/**
 * The filtered log as a file, newest first, written as it is read: for a spreadsheet, or as JSON with every trace. That
 * it was taken is recorded, with what was asked for. @see SEC-210, SEC-283
 */
export async function GET(request: NextRequest): Promise<Response> {
  const visit = await adminPageVisit({ right: 'signInLog.export', path: '/admin/sign-in-log' })
  const given = Object.fromEntries(request.nextUrl.searchParams)
  const isJson = given.format === 'json'
  const filter = await readFilter(given)
  const asked = Object.entries(kept(given, filterNames)).filter(([, value]) => value !== undefined)
  await recordAlone({
    activity: 'signInLogExported',
    at: visit.at,
    outcome: 'success',
    actor: visit.actor,
    origin: visit.origin,
    correlationId: visit.session.correlationId,
    after: { format: isJson ? 'json' : 'csv', filters: Object.fromEntries(asked) },
  })
  const pages = filter === null ? nothing() : eachSignIn(filter)
  return download({
    name: `sign-in-log.${isJson ? 'json' : 'csv'}`,
    type: isJson ? 'application/json' : 'text/csv',
    pieces: () => (isJson ? jsonOf(pages) : csvOf(pages)),
  })
}

async function* csvOf(pages: AsyncIterable<readonly SignInRecord[]>): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(signInColumns.map(({ name }) => name))}`
  for await (const records of pages) {
    const people = await namesOf(records)
    yield records
      .map((record) => csvLine(signInColumns.map(({ value }) => value(signInDocument(record, nameOf(record, people))))))
      .join('')
  }
}

async function* jsonOf(pages: AsyncIterable<readonly SignInRecord[]>): AsyncGenerator<string> {
  let separator = '{"value":[\n'
  for await (const records of pages) {
    const people = await namesOf(records)
    for (const record of records) {
      yield `${separator}${JSON.stringify(signInDocument(record, nameOf(record, people)))}`
      separator = ',\n'
    }
  }
  yield separator.startsWith('{') ? '{"value":[]}\n' : '\n]}\n'
}

function namesOf(records: readonly SignInRecord[]) {
  return userNames(
    db(),
    records.flatMap(({ userId }) => userId ?? []),
  )
}

function nameOf({ userId }: SignInRecord, people: ReadonlyMap<string, { readonly displayName: string }>) {
  return userId === null ? null : (people.get(userId)?.displayName ?? null)
}

async function* nothing(): AsyncGenerator<readonly SignInRecord[]> {}
