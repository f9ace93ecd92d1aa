'use client'

import type { ReactNode } from 'react'
import { LocalTime } from '@/components/admin/local-time'
import { ShownSecret, type ShownSecretTexts } from '@/components/admin/shown-secret'
import { useForm } from '@/components/ui/action-form'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'

/** What will happen and the button that does it, until the password was made; then the password in their place. */
export function PasswordOrQuestion({
  texts,
  done,
  children,
}: {
  texts: ShownSecretTexts & Readonly<Record<'until' | 'untilReplaced' | 'ordinary' | 'where' | 'whereText', string>>
  done: ReactNode
  children: ReactNode
}) {
  const { issuedPassword, issuedUntil, issuedAsOrdinary } = useForm().answer.values
  if (typeof issuedPassword !== 'string') return children
  return (
    <div className="grid gap-6">
      <ShownSecret secret={issuedPassword} testId="temporary-password" texts={texts} />
      {issuedAsOrdinary === 'yes' && <Notice tone="warning">{texts.ordinary}</Notice>}
      <DescriptionList
        items={[
          {
            term: texts.until,
            description:
              typeof issuedUntil === 'string' && issuedUntil !== '' ? (
                <LocalTime at={issuedUntil} />
              ) : (
                <span>{texts.untilReplaced}</span>
              ),
          },
          { term: texts.where, description: <span className="wrap-anywhere">{texts.whereText}</span> },
        ]}
      />
      {done}
    </div>
  )
}
