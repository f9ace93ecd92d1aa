'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { buttonStyle } from '../ui/button-style'

/**
 * Tells a person that their session is about to end while two minutes are left, and lets them stay with one press
 * (SEC-320, WCAG 2.2 SC 2.2.1). `secondsLeft` is the idle time left when the page was made; `extend` asks the server and
 * answers the new time left, or null when the session is over. At the end the page is loaded again, so nothing private
 * stays on the screen.
 */
export function IdleWarning({
  secondsLeft,
  warnSeconds = 120,
  title,
  text,
  stayLabel,
  extend,
}: {
  secondsLeft: number
  warnSeconds?: number
  title: string
  /** With `{time}` where the clock stands: `t('ui.idle.text', { time: '{time}' })`. */
  text: string
  stayLabel: string
  extend: () => Promise<number | null>
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  // A new object for each extension, so the same number of seconds twice starts the clock again.
  const [lease, setLease] = useState({ seconds: secondsLeft })
  const [left, setLeft] = useState(warnSeconds)

  useEffect(() => setLease({ seconds: secondsLeft }), [secondsLeft])

  useEffect(() => {
    // Wall time: a laptop that slept has been idle too.
    const end = Date.now() + lease.seconds * 1000
    const timer = setInterval(() => {
      const remaining = Math.ceil((end - Date.now()) / 1000)
      if (remaining <= 0) {
        clearInterval(timer)
        window.location.reload()
      } else if (remaining <= warnSeconds) {
        setLeft(remaining)
        if (dialog.current && !dialog.current.open) dialog.current.showModal()
      }
    }, 1000)
    return () => clearInterval(timer)
  }, [lease, warnSeconds])

  const stay = useCallback(async () => {
    dialog.current?.close()
    const seconds = await extend().catch(() => null)
    if (seconds === null) window.location.reload()
    else setLease({ seconds })
  }, [extend])

  const [start, end] = text.split('{time}')
  return (
    <dialog
      ref={dialog}
      aria-labelledby="idle-title"
      aria-describedby="idle-text"
      // Escape is an answer too: whoever presses it is here.
      onCancel={(event) => {
        event.preventDefault()
        void stay()
      }}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-border bg-surface-raised p-6 text-text shadow-float open:animate-arrive"
    >
      <h2 id="idle-title" className="text-lg font-semibold tracking-tight">
        {title}
      </h2>
      <p id="idle-text" className="mt-2 mb-5 text-text-muted">
        {start}
        <span role="timer" className="font-medium tabular-nums">
          {Math.floor(left / 60)}:{String(left % 60).padStart(2, '0')}
        </span>
        {end}
      </p>
      <button type="button" onClick={stay} className={buttonStyle({ wide: true })}>
        {stayLabel}
      </button>
    </dialog>
  )
}
