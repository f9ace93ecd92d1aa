import { methodIcons } from '@/components/admin/method-icons'
import { Icon } from '@/components/ui/icon'
import { Tag } from '@/components/ui/tag'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { t } from '@/lib/i18n'

/** What a person has registered, in one line: a small picture and the name of each kind, how many, and which is the default. */
export function MethodNames({
  methods,
  defaultKind,
}: {
  methods: readonly { readonly kind: MethodKind; readonly count: number }[]
  defaultKind: MethodKind | null
}) {
  if (methods.length === 0) return <span className="text-text-muted">{t('admin.users.noMethods')}</span>
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-sm">
      {methods.map(({ kind, count }) => {
        const method = t(`securityInfo.method.${kind}`)
        return (
          <li key={kind} className="flex flex-wrap items-center gap-x-1.5 whitespace-nowrap">
            <Icon name={methodIcons[kind]} className="size-4.5 text-accent" />
            {count > 1 ? t('admin.users.methodCount', { method, count }) : method}
            {kind === defaultKind && <Tag>{t('securityInfo.method.default')}</Tag>}
          </li>
        )
      })}
    </ul>
  )
}
