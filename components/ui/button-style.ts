import { classes } from './classes'

/** `primary` is the one next step of a page; `secondary` another way; `quiet` beside text; `danger` cannot be undone. */
export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'
export type ButtonSize = 'regular' | 'small'
export type ButtonStyle = {
  variant?: ButtonVariant
  size?: ButtonSize /** As wide as its container. */
  wide?: boolean
}

const variants: Record<ButtonVariant, string> = {
  primary:
    'border-transparent forced-color-adjust-none bg-accent text-accent-contrast shadow-control hover:bg-accent-hover',
  secondary: 'border-border-strong/55 bg-surface-raised text-text shadow-control hover:bg-surface-sunken',
  quiet: 'border-transparent text-accent hover:bg-accent-soft',
  danger:
    'border-transparent forced-color-adjust-none bg-danger text-danger-contrast shadow-control hover:bg-danger-hover',
}

const sizes: Record<ButtonSize, string> = {
  regular: 'min-h-11 px-5 py-2 text-base',
  small: 'min-h-9 px-3 py-1 text-sm',
}

/**
 * The look of a button, for buttons and for links that lead on. The roles are system colours where colours are forced;
 * the filled ones keep them as they are, or the browser would put a plate of the wrong colour behind their text.
 */
export function buttonStyle({ variant = 'primary', size = 'regular', wide = false }: ButtonStyle = {}): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-md border text-center font-medium no-underline transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:cursor-progress aria-disabled:opacity-75',
    variants[variant],
    sizes[size],
    wide && 'w-full',
  )
}
