import type { PolicyState } from '@/lib/conditional-access/model'
import { t } from '@/lib/i18n'
import { Tag } from '../ui/tag'

const tones = { enabled: 'success', disabled: 'neutral', enabledForReportingButNotEnforced: 'info' } as const

/** On, Off or Report-only, as a word. */
export function StateTag({ state }: { state: PolicyState }) {
  return <Tag tone={tones[state]}>{t(`conditionalAccess.state.${state}`)}</Tag>
}
