'use client'

import { TroubleCard } from './trouble-card'

/** A page that broke: the frame around it stands. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <TroubleCard reference={error.digest} again={reset} />
}
