'use client'

import { type ReactNode, useId, useRef } from 'react'
import { type ButtonStyle, buttonStyle } from './button-style'

/**
 * Asks before something that cannot be taken back. The trigger is a link to a page (`href`) that asks the same question,
 * so it works before scripts load; with scripts the question opens here, as a native modal dialog: focus moves in and
 * back, Escape closes. `children` holds the sentence and the form with the confirming button; the closing button is
 * ours and stands last.
 */
export function ConfirmDialog({
  href,
  trigger,
  triggerLabel,
  triggerStyle = { variant: 'secondary', size: 'small' },
  title,
  cancelLabel,
  children,
}: {
  href: string
  trigger: ReactNode
  /** The trigger's full name when its text is short: "Delete phone ··42". It must begin with the visible text. */
  triggerLabel?: string
  triggerStyle?: ButtonStyle
  title: ReactNode
  cancelLabel: string
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  const titleId = useId()
  return (
    <>
      <a
        href={href}
        aria-label={triggerLabel}
        className={buttonStyle(triggerStyle)}
        onClick={(event) => {
          // A modified click asks for a new tab, where the page asks the question.
          if (event.metaKey || event.ctrlKey || event.shiftKey || !dialog.current) return
          event.preventDefault()
          dialog.current.showModal()
          // A hasty Enter keeps things as they are.
          cancel.current?.focus()
        }}
      >
        {trigger}
      </a>
      <dialog
        ref={dialog}
        aria-labelledby={titleId}
        className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-lg border border-border bg-surface-raised p-0 text-left text-text shadow-float open:animate-arrive"
      >
        <div className="grid gap-4 p-6">
          <h2 id={titleId} className="text-lg font-semibold tracking-tight">
            {title}
          </h2>
          {children}
          <form method="dialog">
            <button ref={cancel} type="submit" className={buttonStyle({ variant: 'secondary', wide: true })}>
              {cancelLabel}
            </button>
          </form>
        </div>
      </dialog>
    </>
  )
}
