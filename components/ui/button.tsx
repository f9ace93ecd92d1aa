import type { ComponentProps } from 'react'
import { type ButtonStyle, buttonStyle } from './button-style'
import { classes } from './classes'

/**
 * A native button with the product's look; `type` is `button` unless said otherwise. For the button that sends a form
 * take `SubmitButton`, which also says that something is under way.
 */
export function Button({
  variant,
  size,
  wide,
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & ButtonStyle) {
  return <button type={type} className={classes(buttonStyle({ variant, size, wide }), className)} {...rest} />
}

/**
 * A link that looks like a button, for a next step that is another page. A plain anchor on purpose: the page loads
 * anew, focus starts at its top, and no router has to be sent to the browser.
 */
export function ButtonLink({
  variant,
  size,
  wide,
  className,
  href,
  children,
  ...rest
}: ComponentProps<'a'> & ButtonStyle & { href: string }) {
  return (
    <a href={href} className={classes(buttonStyle({ variant, size, wide }), className)} {...rest}>
      {children}
    </a>
  )
}

/** A link in running text or beside a form: underlined, so that it is known without its colour. */
export function TextLink({ className, href, children, ...rest }: ComponentProps<'a'> & { href: string }) {
  return (
    <a href={href} className={classes(textLinkStyle, className)} {...rest}>
      {children}
    </a>
  )
}

export const textLinkStyle =
  'rounded-sm text-accent underline decoration-1 underline-offset-4 hover:text-accent-hover hover:decoration-2'
