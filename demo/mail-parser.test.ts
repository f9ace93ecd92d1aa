import { expect, it } from 'vitest'
import { parseMail } from './mail-parser'

it('a subject of several encoded words keeps the spaces inside them, and none between them', () => {
  const raw =
    'Subject: =?UTF-8?Q?Ihrem_Konto_wurde_eine_?=\r\n =?UTF-8?Q?Anmeldemethode_hinzugef=C3=BCgt?=\r\n\r\nText\r\n'
  const { headers, text } = parseMail(raw)
  expect(headers.get('subject')).toBe('Ihrem Konto wurde eine Anmeldemethode hinzugefügt')
  expect(text).toBe('Text')
})
