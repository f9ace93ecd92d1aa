import { expect, it } from 'vitest'
import { contextLines, readContextLines } from './contexts-model'

it.each([
  ['c1 Files\nC2   Payments ', 'c1 Files\nc2 Payments'],
  ['c10 Ten\n\nc9 Nine', 'c9 Nine\nc10 Ten'],
  ['', ''],
])('%j is read as %j', (text, expected) => {
  const read = readContextLines(text)
  expect(read && contextLines(read)).toBe(expected)
})

it.each(['c0 None', 'c100 Many', 'Files', 'c1', 'c1 One\nc1 Two', `c1 ${'x'.repeat(257)}`])('%j is refused', (text) => {
  expect(readContextLines(text)).toBeNull()
})
