import type { Change, ImportState, Trouble } from '@/lib/directory-files/model'
import { t } from '@/lib/i18n'

/** How things of a file are said. */

export const stateTones = {
  checking: 'info',
  ready: 'warning',
  importing: 'info',
  done: 'success',
  stopped: 'danger',
} as const satisfies Record<ImportState, string>

export function reasonText({ reason, about }: Trouble): string {
  return t(`directoryFiles.line.${reason}`, { about: about ?? 'none' })
}

/** So much of a long list is shown; the file has all of it. */
const lengthMax = 300

export function changeText({ column, before, after }: Change): string {
  const long = after.length > lengthMax
  const shown = long ? t('directoryFiles.change.more', { text: after.slice(0, lengthMax) }) : after
  if (before === '') return t('directoryFiles.change.set', { column, after: shown })
  return after === ''
    ? t('directoryFiles.change.cleared', { column, before })
    : t('directoryFiles.change.both', { column, before, after: shown })
}
