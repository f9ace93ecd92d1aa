'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'

const lookEveryMilliseconds = 2000

/**
 * Waits for the key with the person: looks again every other second, and sends the form around once # was pressed. Without
 * scripts the form's button does the same.
 */
export function CallWatch({ isApproved }: { isApproved: boolean }) {
  const router = useRouter()
  const place = useRef<HTMLSpanElement>(null)
  const isSent = useRef(false)
  useEffect(() => {
    if (isApproved) {
      if (!isSent.current) place.current?.closest('form')?.requestSubmit()
      isSent.current = true
      return
    }
    const timer = setInterval(() => router.refresh(), lookEveryMilliseconds)
    return () => clearInterval(timer)
  }, [isApproved, router])
  return <span ref={place} hidden />
}
