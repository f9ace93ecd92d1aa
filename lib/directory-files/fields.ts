import { plainCell } from '@/lib/csv/write'
import { guestOrExternalUserTypes } from '@/lib/directory/model'
import { displayNameSchema, userPrincipalNameSchema } from '@/lib/directory/user-principal-name'
import { limits } from '@/lib/limits'
import { shownText } from '@/lib/platform/characters'
import type { Header } from './header'
import type { Column, GroupLine, PersonLine, Trouble } from './model'

/** The cells of a line, each judged on its own: what the line says, or the first thing that is wrong with it. */

type Judged<Line> = { readonly key: string } & ({ readonly says: Line } | { readonly trouble: Trouble })

export function judgePerson(cells: readonly string[], header: Header): Judged<PersonLine> {
  const given = cellReader(cells, header)
  const written = given('userPrincipalName') ?? ''
  const about = { key: shownText(written) }
  const wrong = (column: Column, reason: Trouble['reason']) => ({ ...about, trouble: { column, reason } })
  if (written === '') return wrong('userPrincipalName', 'user_name_missing')
  const name = userPrincipalNameSchema.safeParse(written)
  if (!name.success) return wrong('userPrincipalName', 'user_name_invalid')
  const displayName = nameOf(given)
  if (displayName === '') return wrong('displayName', 'display_name_missing')
  const judgedName = displayName === undefined ? undefined : displayNameSchema.safeParse(displayName)
  if (judgedName?.success === false) return wrong('displayName', 'display_name_invalid')
  const mail = given('mail')
  if (!fits(mail, mailForm)) return wrong('mail', 'mail_invalid')
  const businessPhone = given('businessPhone')
  if (!fits(businessPhone, phoneForm)) return wrong('businessPhone', 'phone_invalid')
  const guestType = given('guestType')
  const knownGuest = guestOrExternalUserTypes.find((type) => type.toLowerCase() === guestType?.toLowerCase())
  if (guestType && !knownGuest) return wrong('guestType', 'guest_type_invalid')
  const userType = given('userType')?.toLowerCase() || (knownGuest ? 'guest' : undefined)
  if (userType !== undefined && userType !== 'member' && userType !== 'guest')
    return wrong('userType', 'user_type_invalid')
  if (userType === 'member' && knownGuest) return wrong('guestType', 'guest_type_invalid')
  const enabled = given('accountEnabled')
  const accountEnabled = enabled ? yesOrNo(enabled) : undefined
  if (accountEnabled === null) return wrong('accountEnabled', 'enabled_invalid')
  const groups = given('groups')
  return {
    ...about,
    says: {
      userPrincipalName: name.data,
      ...(judgedName && { displayName: judgedName.data }),
      ...(mail !== undefined && { mail: mail || null }),
      ...(businessPhone !== undefined && { businessPhone: businessPhone || null }),
      ...(userType && { userType }),
      ...(knownGuest && { guestType: knownGuest }),
      ...(accountEnabled !== undefined && { accountEnabled: accountEnabled !== header.isBlockedAsked }),
      ...(groups !== undefined && { groups: namesIn(groups) }),
    },
  }
}

export function judgeGroup(cells: readonly string[], header: Header): Judged<GroupLine> {
  const given = cellReader(cells, header)
  const written = given('displayName') ?? ''
  const about = { key: shownText(written) }
  const wrong = (column: Column, reason: Trouble['reason'], name?: string) => ({
    ...about,
    trouble: { column, reason, ...(name !== undefined && { about: shownText(name) }) },
  })
  if (written === '') return wrong('displayName', 'display_name_missing')
  const displayName = displayNameSchema.safeParse(written)
  if (!displayName.success) return wrong('displayName', 'display_name_invalid')
  const description = given('description')?.normalize('NFC')
  if (description !== undefined && !isPlainText(description, limits.directoryFiles.descriptionLengthMax))
    return wrong('description', 'description_invalid')
  const lists: { members?: string[]; membersToRemove?: string[] } = {}
  for (const column of ['members', 'membersToRemove'] as const) {
    const cell = given(column)
    if (cell === undefined) continue
    const names = new Set<string>()
    for (const text of cell.split(/[\s;,]+/).filter((part) => part !== '')) {
      const name = userPrincipalNameSchema.safeParse(text)
      if (!name.success) return wrong(column, 'user_name_invalid', text)
      names.add(name.data)
    }
    lists[column] = [...names]
  }
  const both = lists.members?.find((name) => lists.membersToRemove?.includes(name))
  if (both !== undefined) return wrong('membersToRemove', 'member_twice', both)
  const memberGroups = given('memberGroups')
  return {
    ...about,
    says: {
      displayName: displayName.data,
      ...(description !== undefined && { description: description || null }),
      ...lists,
      ...(memberGroups !== undefined && { memberGroups: namesIn(memberGroups) }),
    },
  }
}

/** The text of a cell by its column, without spaces around it; absent where the file has no such column. */
function cellReader(cells: readonly string[], { places }: Header) {
  return (column: Column | 'givenName' | 'surname'): string | undefined => {
    const place = places.get(column)
    return place === undefined ? undefined : plainCell(cells[place] ?? '').trim()
  }
}

/** Whoever has no name of their own is called by given name and surname. */
function nameOf(given: ReturnType<typeof cellReader>): string | undefined {
  const parts = [given('givenName'), given('surname')].filter((part) => part)
  return given('displayName') || (parts.length > 0 ? parts.join(' ') : given('displayName'))
}

const mailForm = /^[^\s@,;<>"]{1,64}@[^\s@,;<>"]{1,255}$/
const phoneForm = /^[+0-9][0-9 ()./-]{2,40}( ?(x|ext\.?) ?[0-9]{1,10})?$/i

function fits(text: string | undefined, form: RegExp): boolean {
  if (text === undefined || text === '') return true
  return form.test(text) && isPlainText(text, limits.directoryFiles.mailLengthMax)
}

function isPlainText(text: string, lengthMax: number): boolean {
  return [...text].length <= lengthMax && !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text)
}

function yesOrNo(text: string): boolean | null {
  if (/^(true|yes|1)$/i.test(text)) return true
  return /^(false|no|0)$/i.test(text) ? false : null
}

/** Names of groups in a cell: between semicolons or line breaks, each once. */
function namesIn(cell: string): string[] {
  const names = cell.split(/[;\n]/).map((name) => name.normalize('NFC').trim())
  return [...new Set(names.filter((name) => name !== ''))]
}
