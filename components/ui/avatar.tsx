import { classes } from './classes'

/** A person's initials in a disc, beside their name; it says nothing that the name does not. */
export function Avatar({ name, size = 'regular' }: { name: string; size?: 'regular' | 'large' }) {
  return (
    <span
      aria-hidden="true"
      className={classes(
        'grid shrink-0 place-items-center rounded-full border border-accent/20 bg-accent-soft font-semibold text-accent select-none',
        size === 'large' ? 'size-14 text-lg' : 'size-9 text-sm',
      )}
    >
      {initials(name)}
    </span>
  )
}

/** The first letters of the first and the last word, by characters as people see them. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]]
  return letters.map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('')
}

/** A person in a list: disc, name, address. Names are shown inside bidi isolation (SEC-167). */
export function Person({ name, detail, href }: { name: string; detail?: string; href?: string }) {
  const shown = <bdi>{name}</bdi>
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Avatar name={name} />
      <span className="grid min-w-0">
        {href ? (
          <a
            href={href}
            className="w-fit rounded-sm font-semibold text-text underline-offset-4 hover:text-accent hover:underline"
          >
            {shown}
          </a>
        ) : (
          <span className="font-semibold">{shown}</span>
        )}
        {detail && <bdi className="text-sm font-normal wrap-break-word text-text-muted">{breakable(detail)}</bdi>}
      </span>
    </span>
  )
}

/** A login name may break before its `@`, and nowhere else while it fits. */
function breakable(text: string) {
  const at = text.lastIndexOf('@')
  if (at < 1) return text
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  )
}
