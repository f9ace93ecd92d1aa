'use client'

import { createContext, type ReactNode, useContext } from 'react'

/** Sentences that every form may need and no page should have to hand over. */
type Texts = {
  /** No answer came back, so nobody knows whether it worked. */
  readonly connectionLost: string
}

const TextsContext = createContext<Texts>({ connectionLost: '' })

/** Around everything that holds an `ActionForm`; the document's own frame does it. */
export function FormTexts({ connectionLost, children }: Texts & { children: ReactNode }) {
  return <TextsContext value={{ connectionLost }}>{children}</TextsContext>
}

export function useFormTexts(): Texts {
  return useContext(TextsContext)
}
