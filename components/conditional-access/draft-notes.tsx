'use client'

import { useForm } from '../ui/action-form'
import { TextLink } from '../ui/button'
import { Notice } from '../ui/notice'
import { TextField } from '../ui/text-field'

/**
 * What a form that changes a shared thing carries along: the version it showed, the warnings it has shown, and, once
 * they are asked for, the name typed as confirmation or the way to somebody else's newer version.
 */
export function DraftNotes({
  version,
  texts,
}: {
  version?: number
  texts: {
    readonly confirmLabel: string
    readonly confirmHint: string
    readonly conflict: string
    readonly conflictLink: string
    readonly newestHref: string
  }
}) {
  const { answer } = useForm()
  const last = (name: string) => [answer.values[name] ?? ''].flat()[0] ?? ''
  const isAsked = answer.errors.some(({ field }) => field === 'confirmation') || last('confirmation') !== ''
  return (
    <>
      {version !== undefined && <input type="hidden" name="version" value={last('shownVersion') || version} />}
      <input type="hidden" name="acknowledged" value={last('acknowledged')} />
      {last('conflict') !== '' && (
        <Notice tone="warning" live={false} actions={<TextLink href={texts.newestHref}>{texts.conflictLink}</TextLink>}>
          {texts.conflict}
        </Notice>
      )}
      {isAsked && (
        <TextField
          name="confirmation"
          label={texts.confirmLabel}
          hint={texts.confirmHint}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </>
  )
}

/** The policy as one sentence: as stored, and after each answer of the form as it would be. */
export function PolicyInWords({ stored, empty }: { stored: string; empty: string }) {
  const { answer } = useForm()
  const last = (name: string) => [answer.values[name] ?? ''].flat()[0] ?? ''
  const summary = answer.attempt > 0 ? last('summary') : stored
  return (
    <p
      role="status"
      className={summary ? 'text-lg leading-relaxed font-medium text-pretty' : 'leading-relaxed text-text-muted'}
    >
      {summary || last('summaryGap') || empty}
    </p>
  )
}
