import { ButtonLink } from '@/components/ui/button'
import { Notice, type Tone } from '@/components/ui/notice'
import { hasMessage, t } from '@/lib/i18n'
import type { MethodView } from '@/lib/security-info/model'
import { SignOutElsewhere } from './sign-out-elsewhere'

/** After these the person may not trust another device any more (SEC-148). */
const changes = ['added', 'changed', 'removed', 'removedLast']
const tones: Readonly<Record<string, Tone>> = { removedLast: 'warning', changedElsewhere: 'warning' }

/**
 * What the last step did, from the address it led to. The words are ours; whatever else stands in the address says
 * nothing.
 */
export function DoneNotice({
  done = '',
  kind = '',
  methodId,
  methods = [],
}: {
  done?: string
  kind?: string
  methodId?: string
  methods?: readonly MethodView[]
}) {
  const key = `securityInfo.done.${kind ? `${done}.${kind}` : done}`
  if (!/^[a-zA-Z]+$/.test(done) || !hasMessage(key)) return null
  const named = methods.find(({ id, isRenamable }) => id === methodId && isRenamable)
  const isChange = changes.includes(done)
  return (
    <Notice
      tone={tones[done] ?? 'success'}
      actions={
        (isChange || named) && (
          <>
            {named && (
              <ButtonLink href={`/security-info/rename/${named.id}`} variant="secondary" size="small">
                {t('securityInfo.done.name')}
              </ButtonLink>
            )}
            {isChange && <SignOutElsewhere />}
          </>
        )
      }
    >
      <p className="font-medium">{t(key as 'securityInfo.done.renamed')}</p>
      {isChange && <p>{t('securityInfo.done.elsewhere')}</p>}
    </Notice>
  )
}
