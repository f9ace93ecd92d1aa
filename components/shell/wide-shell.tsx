import type { ReactNode } from 'react'
import { Brand, Footer, SkipLink } from './frame'

/** A signed-in person's own pages: a header with the account menu, and one column of cards. */
export function WideShell({
  organisation,
  account,
  homeHref = '/security-info',
  children,
}: {
  organisation?: string
  account?: ReactNode
  homeHref?: string
  children: ReactNode
}) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-border bg-surface-raised">
        <div className="mx-auto flex min-h-16 w-full max-w-4xl items-center justify-between gap-4 px-5 sm:px-8">
          <Brand organisation={organisation} homeHref={homeHref} />
          {account}
        </div>
      </header>
      <main id="content" tabIndex={-1} className="mx-auto grid w-full max-w-4xl gap-8 px-5 py-8 sm:px-8 sm:py-12">
        {children}
      </main>
      <div className="mx-auto mt-auto w-full max-w-4xl px-5 pb-10 sm:px-8">
        <Footer />
      </div>
    </div>
  )
}
