import type { ReactNode } from 'react'
import { Brand, Footer, SkipLink } from './frame'

/**
 * One calm card in the middle of the page: signing in, the wizard, messages. On a phone the card reaches the edges.
 * `account` stands at the end of the header (who is signed in, a way out); `below` under the card (other ways on).
 */
export function NarrowShell({
  organisation,
  account,
  below,
  children,
}: {
  organisation?: string
  account?: ReactNode
  below?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="backdrop-fold flex min-h-dvh flex-col">
      <SkipLink />
      <header className="mx-auto flex min-h-16 w-full max-w-[31rem] items-center justify-between gap-4 px-5 sm:mt-[min(5vh,3rem)] sm:px-1">
        <Brand organisation={organisation} />
        {account}
      </header>
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[31rem] sm:mt-3">
        <div className="border-y border-border bg-surface-raised px-5 py-7 shadow-card sm:rounded-xl sm:border sm:p-9">
          {children}
        </div>
        {below && <div className="mt-6 px-5 text-center sm:px-1">{below}</div>}
      </main>
      <div className="mx-auto mt-8 w-full max-w-[31rem] px-5 pb-8 sm:px-1">
        <Footer />
      </div>
    </div>
  )
}
