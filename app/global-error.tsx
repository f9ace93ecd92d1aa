'use client'

import './globals.css'
import { TroubleCard } from './trouble-card'

/** The last resort, when the frame itself broke: it brings its own document. */
export default function GlobalErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <head>
        <meta name="color-scheme" content="light dark" />
      </head>
      <body>
        <TroubleCard reference={error.digest} again={reset} />
      </body>
    </html>
  )
}
