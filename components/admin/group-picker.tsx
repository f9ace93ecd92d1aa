import { t } from '@/lib/i18n'
import { PeoplePicker, type PickerChoice } from '../conditional-access/people-picker'

/** Groups to tick: those chosen, then what the search found. Sends `includeGroups[]` or `excludeGroups[]`. */
export function GroupPicker({
  side,
  label,
  hint,
  choices,
}: {
  side: 'include' | 'exclude'
  label: string
  hint?: string
  choices: readonly PickerChoice[]
}) {
  return (
    <PeoplePicker
      {...{ side, label, hint, choices }}
      texts={{
        search: t('methodsPolicy.picker.search'),
        searchHint: t('methodsPolicy.picker.searchHint'),
        find: t('methodsPolicy.picker.find'),
        finding: t('methodsPolicy.picker.finding'),
        chosen: t('methodsPolicy.picker.chosen'),
        noneChosen: t('methodsPolicy.picker.noneChosen'),
        groups: t('methodsPolicy.picker.groups'),
        found: t('methodsPolicy.picker.found', { text: '{text}' }),
        noneFound: t('methodsPolicy.picker.noneFound'),
        unknown: t('methodsPolicy.picker.unknown'),
        pending: t('ui.pending'),
      }}
    />
  )
}
