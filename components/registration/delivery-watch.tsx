'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/**
 * When the server is asked again. Until a message was handed over, so that a failure shows within ten seconds (REL-032);
 * afterwards more patiently, because a provider may tell later that a text did not arrive.
 */
const looksAfterMilliseconds = {
  handOver: [2000, 5000, 9000],
  receipt: [4000, 10_000, 20_000, 40_000, 80_000],
} as const

/** Draws the page anew a few times; what is typed stays. */
export function DeliveryWatch({ until }: { until: keyof typeof looksAfterMilliseconds }) {
  const router = useRouter()
  useEffect(() => {
    const timers = looksAfterMilliseconds[until].map((wait) => setTimeout(() => router.refresh(), wait))
    return () => timers.forEach(clearTimeout)
  }, [router, until])
  return null
}
