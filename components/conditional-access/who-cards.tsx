import type { ComponentProps, ReactNode } from 'react'
import { RadioCards } from '../ui/radio-cards'
import { Beside } from './section'

/** Cards that say whom something is for. What the card `selected` asks stands below while it is chosen, without scripts. */
export function WhoCards({ children, ...cards }: ComponentProps<typeof RadioCards> & { children: ReactNode }) {
  return (
    <div className="group/who grid gap-6">
      <Beside count={cards.choices.length === 2 ? 2 : 3}>
        <RadioCards {...cards} />
      </Beside>
      <div className="hidden gap-6 border-l-2 border-border pl-4 group-has-[input[value=selected]:checked]/who:grid sm:pl-6">
        {children}
      </div>
    </div>
  )
}
