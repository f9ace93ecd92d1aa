'use client'

import { type ReactNode, useEffect, useState } from 'react'

/**
 * Counts down from `seconds` and then shows `after`, for example the button that asks for a new code. The time left is
 * given by the server as a length, so a wrong clock in the browser changes nothing. It is visible, and announced once
 * when over, not every second. Without scripts `before` stays: a sentence with the time, and a way to go on.
 */
export function Countdown({
  seconds,
  before,
  after,
  onOver,
}: {
  seconds: number
  /** Text with `{time}` where the clock stands: `t('registration.code.resendIn', { time: '{time}' })`. */
  before: string
  after: ReactNode
  onOver?: () => void
}) {
  const [left, setLeft] = useState(Math.max(0, Math.ceil(seconds)))
  useEffect(() => {
    const end = performance.now() + seconds * 1000
    const timer = setInterval(() => {
      const remaining = Math.max(0, Math.ceil((end - performance.now()) / 1000))
      setLeft(remaining)
      if (remaining === 0) {
        clearInterval(timer)
        onOver?.()
      }
    }, 500)
    return () => clearInterval(timer)
  }, [seconds, onOver])
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  const [start, end] = before.split('{time}')
  return (
    <div>
      <div role="status">{left === 0 && after}</div>
      {left > 0 && (
        <p className="text-sm text-text-muted">
          {start}
          <span role="timer" className="font-medium tabular-nums">
            {clock}
          </span>
          {end}
        </p>
      )}
    </div>
  )
}
