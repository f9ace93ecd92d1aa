import { Tag } from '@/components/ui/tag'
import type { TokenStatus } from '@/lib/hardware-oath/model'
import { t } from '@/lib/i18n'

const tones = { available: 'neutral', assigned: 'warning', activated: 'success' } as const

export function StatusTag({ status }: { status: TokenStatus }) {
  return <Tag tone={tones[status]}>{t(`tokens.status.${status}`)}</Tag>
}
