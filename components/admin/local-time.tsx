'use client'

import { useEffect, useState } from 'react'

/** An instant in the reader's own time and words; in UTC until scripts run, because only the browser knows the zone. */
export function LocalTime({ at }: { at: string }) {
  const [words, setWords] = useState(() => inWords(at, 'UTC'))
  useEffect(() => setWords(inWords(at)), [at])
  return <time dateTime={at}>{words}</time>
}

function inWords(at: string, timeZone?: string): string {
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return at
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    timeZone,
  }).format(instant)
}
