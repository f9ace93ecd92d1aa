import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mailTemplates } from '@/lib/notifications/model'
import { root, sources } from './sources'

/** The list of mails is the code's: none is missing in the document, and none is there that nothing sends. */

const document = readFileSync(join(root, 'docs/notifications.md'), 'utf8')
const rows = [...document.matchAll(/^\| `([A-Za-z]+)` \| ([^|]{10,}) \| ([^|]{5,}) \|$/gm)]

describe('docs/notifications.md', () => {
  it('lists every mail once, with when and to whom, in the order of the code', () => {
    expect(rows.map(([, name]) => name)).toEqual([...mailTemplates])
  })
})

describe('every mail', () => {
  const senders = sources('lib').filter(
    ({ path }) => !path.startsWith('lib/notifications/') && !/\.test\.ts$/.test(path),
  )
  const isSent = (template: string) =>
    senders.some(({ text }) =>
      new RegExp(`\\b(tell|queueMail|notifySecurityEvent|template)\\b[\\s\\S]{0,400}'${template}'`).test(text),
    )

  it.each(mailTemplates)('%s has an event that sends it', (template) => {
    expect(isSent(template)).toBe(true)
  })
})
