'use client'

import { Arrival } from '../ui/arrival'
import { CopyButton } from '../ui/copy-button'
import { spelled } from './spelling'

export type ShownSecretTexts = Readonly<
  Record<'shown' | 'spell' | 'spellHint' | 'copy' | 'copied' | 'copyFailed', string>
>

/** Something secret that was just made and is shown once: large, to copy, and to read out sign by sign. */
export function ShownSecret({ secret, testId, texts }: { secret: string; testId: string; texts: ShownSecretTexts }) {
  const groups = secret.includes('-') ? secret.split(/(?<=-)/) : (secret.match(/.{1,4}/g) ?? [])
  const isSpaced = !secret.includes('-')
  return (
    <>
      <Arrival
        label={texts.shown}
        className="grid justify-items-start gap-4 rounded-md border border-border bg-surface-sunken p-5"
      >
        <p
          data-testid={testId}
          className={`flex flex-wrap font-mono text-3xl font-semibold tracking-wider sm:text-4xl ${isSpaced ? 'gap-x-[0.6em]' : ''}`}
        >
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one secret never move
            <span key={index}>{group}</span>
          ))}
        </p>
        <CopyButton text={secret} label={texts.copy} copiedLabel={texts.copied} failedLabel={texts.copyFailed} />
      </Arrival>
      <section className="grid gap-2">
        <h2 className="font-semibold">{texts.spell}</h2>
        <ol className="grid grid-cols-2 gap-x-4 gap-y-1 sm:grid-cols-4">
          {spelled(secret).map(({ sign, word }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={index} className="flex gap-2">
              <span className="w-5 text-center font-mono font-semibold">{sign}</span>
              <span className="text-text-muted">{word}</span>
            </li>
          ))}
        </ol>
        <p className="text-sm text-text-muted">{texts.spellHint}</p>
      </section>
    </>
  )
}
