'use client'

import { useEffect, useRef, useState } from 'react'
import { sha256 } from './sha256'

/** At most so long at a time, so that typing never waits for it. */
const sliceMilliseconds = 8

/**
 * The proof of work of a form: begins when the page is there, unseen, and is usually done before a name is typed. A form that
 * is sent earlier waits for it; without scripts it is sent without. Asks nothing of the person.
 */
export function WorkField({ work, bits, waiting }: { work: string; bits: number; waiting: string }) {
  const field = useRef<HTMLInputElement>(null)
  const [isAwaited, setAwaited] = useState(false)
  useEffect(() => {
    const input = field.current
    const form = input?.form
    if (!input || !form) return
    let [next, isWanted, isGone] = [0, false, false]
    const look = () => {
      if (isGone) return
      const until = performance.now() + sliceMilliseconds
      while (performance.now() < until) {
        if (hasZeroBits(sha256(`${work}:${next}`), bits)) {
          input.value = String(next)
          setAwaited(false)
          if (isWanted) form.requestSubmit()
          return
        }
        next++
      }
      setTimeout(look)
    }
    const hold = (event: SubmitEvent) => {
      if (input.value !== '') return
      event.preventDefault()
      event.stopImmediatePropagation()
      isWanted = true
      setAwaited(true)
    }
    input.value = ''
    form.addEventListener('submit', hold, { capture: true })
    look()
    return () => {
      isGone = true
      form.removeEventListener('submit', hold, { capture: true })
    }
  }, [work, bits])
  return (
    <>
      <input type="hidden" name="work" value={work} />
      <input ref={field} type="hidden" name="answer" defaultValue="" />
      <p role="status" className="text-sm text-text-muted empty:hidden">
        {isAwaited ? waiting : ''}
      </p>
    </>
  )
}

function hasZeroBits(hash: Uint8Array, bits: number): boolean {
  const whole = bits >> 3
  for (let place = 0; place < whole; place++) if (hash[place] !== 0) return false
  return (hash[whole] ?? 0) >> (8 - (bits & 7)) === 0 || (bits & 7) === 0
}
