import { expect, it } from 'vitest'
import { instantText } from './instant'

it.each([
  [Date.UTC(2026, 10, 22, 9, 30), '2026-11-22T09:30:00.000Z'],
  [Date.parse('9999-12-31T23:59:59.999Z') + 1, '9999-12-31T23:59:59.999Z'],
  [8.64e15, '9999-12-31T23:59:59.999Z'],
  [Date.parse('0000-01-01T00:00:00Z'), '0001-01-01T00:00:00.000Z'],
  [-8.64e15, '0001-01-01T00:00:00.000Z'],
])('%d is %s', (milliseconds, text) => expect(instantText(new Date(milliseconds))).toBe(text))
