import { TextLink } from './button'
import { Icon } from './icon'

/** The way up, before a page's heading. */
export function BackLink({ href, children }: { href: string; children: string }) {
  return (
    <TextLink href={href} className="inline-flex w-fit items-center gap-1.5">
      <Icon name="arrow-left" className="size-4.5" />
      {children}
    </TextLink>
  )
}
