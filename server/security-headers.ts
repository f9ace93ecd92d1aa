/** The headers of every answer, and the content security policy of pages. @see SEC-162, SEC-163 */

/** For answers that are no page: errors, redirects of ours, static files. */
export const bareContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"

/** The policy of one page; the framework takes the nonce from the request header of the same name. */
export function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  // Development's overlay and hot reload need eval and inline styles; a nonce would switch 'unsafe-inline' off.
  const script = isDevelopment ? " 'unsafe-eval'" : ''
  const style = isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${script}`,
    `style-src 'self' ${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    // A page may hold a page of ours; the only one that lets itself be held is the preview of a mail.
    "frame-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    'report-to csp',
  ].join('; ')
}

/** Where a mail is shown as its reader will see it, in a frame of the page about it. */
export function isMailPreview(path: string): boolean {
  return /^\/admin\/notifications\/[A-Za-z]{1,40}\/preview$/.test(path)
}

/**
 * The policy of that frame. Mails carry their styles in their elements, which no page of ours may; so it is a document
 * without an origin, without scripts, forms or links that lead anywhere, and without anything loaded.
 */
export const mailPreviewPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"

export const cspReportPath = '/csp-report'

/**
 * `Referrer-Policy` is `same-origin` and not `no-referrer`: with the latter browsers send `Origin: null` with every
 * form that is posted without scripts, and SEC-160 refuses that. Other sites learn as little from either.
 */
export const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Frame-Options', 'DENY'],
  [
    'Permissions-Policy',
    'publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=()',
  ],
  ['Reporting-Endpoints', `csp="${cspReportPath}"`],
]
