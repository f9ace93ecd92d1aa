'use client'

import { useSyncExternalStore } from 'react'

/**
 * Whether this part of the page answers to clicks yet. What only a script can do stays disabled until then: a press that
 * came before would be lost without a word.
 */
export function useHasScripts(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}

function never() {
  return () => undefined
}
