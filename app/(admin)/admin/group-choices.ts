import 'server-only'
import type { PickerChoice } from '@/components/conditional-access/people-picker'
import type { FormAnswer } from '@/components/ui/form-answer'
import { groupNames, searchPeopleAndGroups } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'

/** The chosen groups first, then what the search found; without a search the first ones by name. */
export async function groupChoices(ids: readonly string[], search = ''): Promise<readonly PickerChoice[]> {
  const names = await groupNames(db(), ids)
  const { groups } = await searchPeopleAndGroups(db(), search)
  return [
    ...ids.map((id) => ({
      ...{ kind: 'group' as const, id, name: names.get(id) ?? t('methodsPolicy.picker.unknown') },
      ...{ detail: '', isFound: false },
    })),
    ...groups
      .filter(({ id }) => !ids.includes(id))
      .map(({ id, displayName, description }) => ({
        ...{ kind: 'group' as const, id, name: displayName, detail: description ?? '', isFound: true },
      })),
  ]
}

type Picked = {
  readonly intent: string
  readonly includeGroups: readonly string[]
  readonly includeSearch: string
  readonly excludeGroups: readonly string[]
  readonly excludeSearch: string
}

/** What the pickers of a form need to show themselves again. */
export async function pickersAgain(fields: Picked): Promise<FormAnswer['values']> {
  const include = await groupChoices(fields.includeGroups, fields.includeSearch)
  const exclude = await groupChoices(fields.excludeGroups, fields.excludeSearch)
  return {
    includeChoices: include.map((choice) => JSON.stringify(choice)),
    excludeChoices: exclude.map((choice) => JSON.stringify(choice)),
    foundFor: fields.intent,
  }
}
