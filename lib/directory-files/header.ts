import { firstCharacters } from '@/lib/platform/characters'
import { type Column, type FileKind, groupColumns, personColumns } from './model'

/** Which column of a file is what. */
export type Header = {
  readonly places: ReadonlyMap<Column | 'givenName' | 'surname', number>
  readonly width: number
  /** Entra's form asks whether sign-in is blocked; everybody else whether the account is enabled. */
  readonly isBlockedAsked: boolean
  readonly unused: readonly string[]
}

/**
 * Reads the row that names the columns, in any order: plain names, those of lists that Entra hands out, and those of the
 * form that Entra takes in (`Name [displayName] Required`). What is not known is named as unused, passwords among it.
 * A string: why the row names no columns.
 */
export function readHeader(
  cells: readonly string[],
  kind: FileKind,
): Header | 'file_encoding' | 'file_header' | 'file_column_twice' {
  if (cells.some(hasBadCharacters)) return 'file_encoding'
  const known = kind === 'people' ? personNames : groupNames
  const places = new Map<Column | 'givenName' | 'surname', number>()
  const unused: string[] = []
  let isBlockedAsked = false
  for (const [place, cell] of cells.entries()) {
    const text = cell.trim()
    if (text === '') continue
    const inBrackets = /\[([^\]]+)\]/.exec(text)?.[1]
    const column = known.get(plain(inBrackets ?? text))
    if (column === undefined) unused.push(firstCharacters(text, 64))
    else if (places.has(column)) return 'file_column_twice'
    else {
      places.set(column, place)
      if (column === 'accountEnabled') isBlockedAsked = /^block/i.test(text)
    }
  }
  if (!places.has(kind === 'people' ? 'userPrincipalName' : 'displayName')) return 'file_header'
  return { places, width: cells.length, isBlockedAsked, unused }
}

/** Bytes that meant nothing, or a zero, which no database keeps. */
export function hasBadCharacters(cell: string): boolean {
  return cell.includes('\u0000') || cell.includes('\uFFFD')
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

const personNames = new Map<string, Column | 'givenName' | 'surname'>([
  ...personColumns.map((name) => [plain(name), name] as const),
  ['upn', 'userPrincipalName'],
  ['username', 'userPrincipalName'],
  ['name', 'displayName'],
  ['email', 'mail'],
  ['businessphones', 'businessPhone'],
  ['telephonenumber', 'businessPhone'],
  ['officephone', 'businessPhone'],
  ['enabled', 'accountEnabled'],
  ['blocksignin(yes/no)', 'accountEnabled'],
  ['group', 'groups'],
  ['givenname', 'givenName'],
  ['firstname', 'givenName'],
  ['surname', 'surname'],
  ['lastname', 'surname'],
])

const groupNames = new Map<string, Column>([
  ...groupColumns.map((name) => [plain(name), name] as const),
  ['name', 'displayName'],
  ['groupname', 'displayName'],
  ['groupdescription', 'description'],
  ['member', 'members'],
  ['memberobjectidoruserprincipalname', 'members'],
  ['memberobjectidorupn', 'members'],
  ['nestedgroups', 'memberGroups'],
])
