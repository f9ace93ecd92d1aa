'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Asks the server again until a message was handed over, so that a failure shows within ten seconds (REL-032). */
const looksAfterMilliseconds = [2000, 5000, 9000]

/** Draws the page anew a few times; what is typed stays. Rendered only while the message is under way. */
export function DeliveryWatch() {
  const router = useRouter()
  useEffect(() => {
    const timers = looksAfterMilliseconds.map((wait) => setTimeout(() => router.refresh(), wait))
    return () => timers.forEach(clearTimeout)
  }, [router])
  return null
}
