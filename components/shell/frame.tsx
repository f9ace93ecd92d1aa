import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { Wordmark } from './wordmark'

/** First stop of the keyboard on every page; seen only while it has the focus. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only z-20 rounded-md bg-surface-raised px-4 py-3 font-medium text-accent shadow-float focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
    >
      {t('ui.skipToContent')}
    </a>
  )
}

/** The product's mark and, after a line, whose installation this is. `homeHref` makes it the way back to the start. */
export function Brand({ organisation, homeHref }: { organisation?: string; homeHref?: string }) {
  const brand = (
    <>
      <Wordmark />
      {organisation && (
        <bdi className="min-w-0 truncate border-l border-border-strong/50 pl-3 text-text-muted">{organisation}</bdi>
      )}
    </>
  )
  const look = 'flex min-w-0 items-center gap-3 rounded-sm'
  return homeHref ? (
    <a href={homeHref} className={look}>
      {brand}
    </a>
  ) : (
    <div className={look}>{brand}</div>
  )
}

/** What every page ends with: where help is, and the one promise that protects people from callers. */
export function Footer({ children }: { children?: ReactNode }) {
  return (
    <footer className="grid gap-1 text-sm text-text-muted">
      {children}
      <p>{t('ui.footer.help')}</p>
      <p>{t('ui.footer.promise')}</p>
    </footer>
  )
}
