import { Tag } from '@/components/ui/tag'
import type { Upload } from '@/lib/hardware-oath/model'
import { t } from '@/lib/i18n'

const tones = { waiting: 'neutral', running: 'info', done: 'success', refused: 'danger' } as const

export function UploadState({ state }: { state: Upload['state'] }) {
  return <Tag tone={tones[state]}>{t(`tokens.upload.state.${state}`)}</Tag>
}
