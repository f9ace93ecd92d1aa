'use client'

import type { ReactNode } from 'react'
import { LocalTime } from '@/components/admin/local-time'
import { spelled } from '@/components/admin/spelling'
import { useForm } from '@/components/ui/action-form'
import { CopyButton } from '@/components/ui/copy-button'
import { DescriptionList } from '@/components/ui/description-list'

export type PassTexts = Readonly<
  Record<
    | 'shown'
    | 'spell'
    | 'spellHint'
    | 'copy'
    | 'copied'
    | 'copyFailed'
    | 'from'
    | 'until'
    | 'uses'
    | 'once'
    | 'many'
    | 'where'
    | 'whereText'
    | 'next',
    string
  >
>

/**
 * The fields until a pass was issued, then the pass in their place: nothing remains that could be sent, so the pass, which
 * is part of the form's state, cannot travel back. `done` leads away from it.
 */
export function PassOrFields({ texts, done, children }: { texts: PassTexts; done: ReactNode; children: ReactNode }) {
  const { issuedPass, issuedFrom, issuedUntil, issuedUses } = useForm().answer.values
  if (typeof issuedPass !== 'string') return children
  const groups = issuedPass.match(/.{1,4}/g) ?? []
  return (
    <div className="grid gap-6">
      <section
        aria-label={texts.shown}
        className="grid justify-items-start gap-4 rounded-md border border-border bg-surface-sunken p-5"
      >
        <p
          data-testid="pass"
          className="flex flex-wrap gap-x-[0.6em] font-mono text-3xl font-semibold tracking-wider sm:text-4xl"
        >
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one pass never move
            <span key={index}>{group}</span>
          ))}
        </p>
        <CopyButton text={issuedPass} label={texts.copy} copiedLabel={texts.copied} failedLabel={texts.copyFailed} />
      </section>
      <section className="grid gap-2">
        <h2 className="font-semibold">{texts.spell}</h2>
        <ol className="grid grid-cols-2 sm:grid-cols-4 gap-x-4 gap-y-1">
          {spelled(issuedPass).map(({ sign, word }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={index} className="flex gap-2">
              <span className="w-5 text-center font-mono font-semibold">{sign}</span>
              <span className="text-text-muted">{word}</span>
            </li>
          ))}
        </ol>
        <p className="text-sm text-text-muted">{texts.spellHint}</p>
      </section>
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
