/**
 * Links in what people wrote. A mail of ours leads to our own pages only, because whoever trusts the mail trusts its links;
 * and mail programs make links of anything that looks like an address, so that is what is looked for.
 *
 * Addresses of mailboxes are no links in this sense: a help desk may be named by its mailbox.
 */
const link =
  /(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\bmailto:|\bjavascript:|\bdata:|(?<![\w@])www\.)\S+|(?<![\w@.-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,24}(?![\p{L}\p{N}@-]|\.[\p{L}\p{N}])(?:[/?#:]\S*)?/giu

/** The first link in a text that leads elsewhere than to `origin`, or null. */
export function foreignLink(text: string, origin: string): string | null {
  for (const [found] of text.matchAll(link)) if (!isOwn(found, origin)) return found
  return null
}

/** A name that somebody gave, so that no mail program makes a link of it. */
export function unlinked(name: string): string {
  return name.replace(link, (found) =>
    found
      .replaceAll('.', ' . ')
      .replaceAll('://', ' : // ')
      .replace(/:(?=\S)/, ': '),
  )
}

/**
 * A link that stands in a mail is our origin, or our host alone, and a plain path: neither a name before the host nor a port of
 * its own nor anything after the path, because mail programs end a link at different signs. SEC-221
 */
function isOwn(found: string, origin: string): boolean {
  const text = found.replace(/[.,;:!?)\]]+$/, '').toLowerCase()
  const own = new URL(origin)
  const start = [own.origin, own.host].find((each) => text.startsWith(each))
  return start !== undefined && /^(?:\/[\p{L}\p{N}_.~%/-]*)?$/u.test(text.slice(start.length))
}
