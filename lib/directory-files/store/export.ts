import 'server-only'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'

/** People and groups page by page, as exports need them. */

const pageSize = 500

type NamedGroup = { readonly id: string; readonly name: string; readonly isAmbiguous: boolean }

export type ExportedPerson = {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mail: string | null
  readonly businessPhone: string | null
  readonly userType: string
  readonly guestType: string | null
  readonly accountEnabled: boolean
  /** Direct ones. */
  readonly groups: readonly NamedGroup[]
}

/** People by login name after `after`, in the order of its index. */
export function peopleAfter(tx: Tx, after: string): Promise<ExportedPerson[]> {
  return tx.$queryRaw<ExportedPerson[]>`
    SELECT user_principal_name AS "userPrincipalName", display_name AS "displayName", mail,
      business_phone AS "businessPhone", user_type AS "userType", guest_type AS "guestType",
      account_enabled AS "accountEnabled",
      (SELECT coalesce(json_agg(json_build_object('id', known.id, 'name', known.display_name, 'isAmbiguous',
          EXISTS (SELECT 1 FROM "group" other WHERE other.display_name = known.display_name AND other.id <> known.id))
          ORDER BY known.display_name, known.id), '[]'::json)
        FROM group_member held JOIN "group" known ON known.id = held.group_id WHERE held.user_id = person.id) AS groups
    FROM "user" person WHERE user_principal_name > ${after} ORDER BY user_principal_name LIMIT ${pageSize}`
}

export type ExportedGroup = {
  readonly id: string
  readonly displayName: string
  readonly description: string | null
  readonly children: readonly NamedGroup[]
}

/** Groups by name and id after `after`. */
export function groupsAfter(
  tx: Tx,
  after: { readonly displayName: string; readonly id: string } | null,
): Promise<ExportedGroup[]> {
  const { displayName, id } = after ?? { displayName: '', id: '00000000-0000-0000-0000-000000000000' }
  return tx.$queryRaw<ExportedGroup[]>`
    SELECT parent.id::text, parent.display_name AS "displayName", parent.description,
      (SELECT coalesce(json_agg(json_build_object('id', known.id, 'name', known.display_name, 'isAmbiguous',
          EXISTS (SELECT 1 FROM "group" other WHERE other.display_name = known.display_name AND other.id <> known.id))
          ORDER BY known.display_name, known.id), '[]'::json)
        FROM group_nesting nesting JOIN "group" known ON known.id = nesting.child_id
        WHERE nesting.parent_id = parent.id) AS children
    FROM "group" parent WHERE (parent.display_name, parent.id) > (${displayName}, ${id}::uuid)
    ORDER BY parent.display_name, parent.id LIMIT ${pageSize}`
}

/** Login names of a group's direct members after `after`, as many as one line has. */
export async function membersAfter(tx: Tx, groupId: string, after: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT person.user_principal_name AS name FROM group_member held JOIN "user" person ON person.id = held.user_id
    WHERE held.group_id = ${groupId}::uuid AND person.user_principal_name > ${after}
    ORDER BY person.user_principal_name LIMIT ${limits.directoryFiles.membersPerLine}`
  return rows.map(({ name }) => name)
}
