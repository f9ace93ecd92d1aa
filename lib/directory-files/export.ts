import 'server-only'
import { csvLine } from '@/lib/csv/write'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { groupColumns, personColumns } from './model'
import { groupsAfter, membersAfter, peopleAfter } from './store/export'

/**
 * Lists as files that the import takes again and finds nothing to change. Written as they are read, however many there are. A
 * group whose name could mean another one, or would be read as two, is named by its id.
 *
 * @see SEC-283
 */
export async function* peopleAsCsv(): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(personColumns)}`
  for (let after = ''; ; ) {
    const people = await peopleAfter(db(), after)
    const last = people.at(-1)
    if (last === undefined) return
    after = last.userPrincipalName
    yield people
      .map((person) =>
        csvLine([
          ...[person.userPrincipalName, person.displayName, person.mail ?? '', person.businessPhone ?? ''],
          ...[person.userType, person.guestType ?? '', String(person.accountEnabled)],
          listOf(person.groups),
        ]),
      )
      .join('')
  }
}

/** Groups with what stands in them; with `isWithMembers` also people, several lines a group where there are many. */
export async function* groupsAsCsv(isWithMembers: boolean): AsyncGenerator<string> {
  const columns = groupColumns.filter((name) => name !== 'membersToRemove' && (isWithMembers || name !== 'members'))
  yield `\uFEFF${csvLine(columns)}`
  for (let after: { readonly displayName: string; readonly id: string } | null = null; ; ) {
    const groups: Awaited<ReturnType<typeof groupsAfter>> = await groupsAfter(db(), after)
    const last = groups.at(-1)
    if (last === undefined) return
    after = last
    for (const { id, displayName, description, children } of groups) {
      const line = (members: readonly string[], inside: string) =>
        csvLine([displayName, description ?? '', ...(isWithMembers ? [members.join('; ')] : []), inside])
      let members = isWithMembers ? await membersAfter(db(), id, '') : []
      yield line(members, listOf(children))
      while (members.length === limits.directoryFiles.membersPerLine) {
        members = await membersAfter(db(), id, members.at(-1) ?? '')
        if (members.length > 0) yield line(members, '')
      }
    }
  }
}

type NamedGroup = { readonly id: string; readonly name: string; readonly isAmbiguous: boolean }

function listOf(groups: readonly NamedGroup[]): string {
  return groups.map(({ id, name, isAmbiguous }) => (isAmbiguous || !isPlain(name) ? id : name)).join('; ')
}

/** Whether the name is read back as this one name: nothing separates it, and it looks like no id. */
function isPlain(name: string): boolean {
  return !/[;\r\n]/.test(name) && name === name.normalize('NFC').trim() && !isUuid(name)
}
