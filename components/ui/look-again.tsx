'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const everyMilliseconds = 2000

/** Draws the page anew every other second, for as long as it is shown. */
export function LookAgain() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), everyMilliseconds)
    return () => clearInterval(timer)
  }, [router])
  return null
}
