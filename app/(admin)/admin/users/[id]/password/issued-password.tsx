'use client'

import type { ReactNode } from 'react'
import { LocalTime } from '@/components/admin/local-time'
import { ShownSecret, type ShownSecretTexts } from '@/components/admin/shown-secret'
import { useForm } from '@/components/ui/action-form'
import { DescriptionList } from '@/components/ui/description-list'

/** What will happen and the button that does it, until the password was made; then the password in their place. */
export function PasswordOrQuestion({
  texts,
  done,
  children,
}: {
  texts: ShownSecretTexts & Readonly<Record<'until' | 'where' | 'whereText', string>>
  done: ReactNode
  children: ReactNode
}) {
  const { issuedPassword, issuedUntil } = useForm().answer.values
  if (typeof issuedPassword !== 'string') return children
  return (
    <div className="grid gap-6">
      <ShownSecret secret={issuedPassword} testId="temporary-password" texts={texts} />
      <DescriptionList
        items={[
          { term: texts.until, description: <LocalTime at={String(issuedUntil)} /> },
          { term: texts.where, description: <span className="wrap-anywhere">{texts.whereText}</span> },
        ]}
      />
      {done}
    </div>
  )
}
