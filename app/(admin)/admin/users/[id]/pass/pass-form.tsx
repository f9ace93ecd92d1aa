'use client'

import type { ReactNode } from 'react'
import { LocalTime } from '@/components/admin/local-time'
import { ShownSecret, type ShownSecretTexts } from '@/components/admin/shown-secret'
import { useForm } from '@/components/ui/action-form'
import { DescriptionList } from '@/components/ui/description-list'

export type PassTexts = ShownSecretTexts &
  Readonly<Record<'from' | 'until' | 'uses' | 'once' | 'many' | 'where' | 'whereText' | 'next', string>>

/**
 * The fields until a pass was issued, then the pass in their place: nothing remains that could be sent, so the pass, which
 * is part of the form's state, cannot travel back. `done` leads away from it.
 */
export function PassOrFields({ texts, done, children }: { texts: PassTexts; done: ReactNode; children: ReactNode }) {
  const { issuedPass, issuedFrom, issuedUntil, issuedUses } = useForm().answer.values
  if (typeof issuedPass !== 'string') return children
  return (
    <div className="grid gap-6">
      <ShownSecret secret={issuedPass} testId="pass" texts={texts} />
      <DescriptionList
        items={[
          { term: texts.from, description: <LocalTime at={String(issuedFrom)} /> },
          { term: texts.until, description: <LocalTime at={String(issuedUntil)} /> },
          { term: texts.uses, description: issuedUses === 'once' ? texts.once : texts.many },
          { term: texts.where, description: <span className="wrap-anywhere">{texts.whereText}</span> },
        ]}
      />
      <p>{texts.next}</p>
      {done}
    </div>
  )
}
