import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { FormTexts } from '@/components/ui/form-texts'
import { chooseLocale, directionOf, t } from '@/lib/i18n'
import './globals.css'

// No title: the framework streams these after the page, which would be without one for a moment. `PageHeading` has it.
export const metadata: Metadata = {
  description: t('ui.tagline'),
  robots: { index: false, follow: false },
  // Numbers in our text are codes and masked phones: no browser should turn them into links.
  formatDetection: { telephone: false, email: false, address: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f7f8' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1518' },
  ],
}

/**
 * The document around every page. Waiting for the connection keeps every page dynamic: a prerendered one would have no
 * nonce on its scripts, and the content security policy would stop them (SEC-162).
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection()
  const locale = chooseLocale((await headers()).get('accept-language'))
  return (
    <html lang={locale} dir={directionOf(locale)}>
      {/* Not among the framework's own links, which come and go with each page: without one the browser asks for another file. */}
      <head>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" sizes="any" />
      </head>
      <body>
        <FormTexts connectionLost={t('failure.service.unknown_outcome')}>{children}</FormTexts>
      </body>
    </html>
  )
}
