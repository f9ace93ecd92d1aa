'use client'

import { useEffect, useState } from 'react'
import { type ButtonStyle, buttonStyle } from './button-style'
import { Icon } from './icon'

/**
 * Copies a text and says so politely. Where the browser refuses, it says to select the text, which therefore must stand
 * beside it. Without scripts the text alone remains.
 */
export function CopyButton({
  text,
  label,
  copiedLabel,
  failedLabel,
  style = { variant: 'secondary', size: 'small' },
}: {
  text: string
  label: string
  copiedLabel: string
  failedLabel: string
  style?: ButtonStyle
}) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), 4000)
    return () => clearTimeout(timer)
  }, [outcome])
  return (
    <button
      type="button"
      className={buttonStyle(style)}
      onClick={async () => {
        try {
          await navigator.clipboard.writeText(text)
          setOutcome('copied')
        } catch {
          setOutcome('failed')
        }
      }}
    >
      <Icon name={outcome === 'copied' ? 'check' : 'copy'} className="size-4" />
      <span aria-live="polite">{outcome === 'copied' ? copiedLabel : outcome === 'failed' ? failedLabel : label}</span>
    </button>
  )
}
