import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memberName, readJson, readJsonWithSpans, spanOf } from './read-json'

describe('readJson', () => {
  it('reads what JSON.parse reads, and keeps every value', () => {
    const json = fc.jsonValue({ maxDepth: 6 }).filter((value) => {
      const text = JSON.stringify(value)
      return !/"(__proto__|constructor|prototype)":|\\u0000|\\ud[89a-f]/.test(text)
    })
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(readJson(text)).toEqual({ value: JSON.parse(text) })
      }),
    )
  })

  it('never throws, and refuses whatever JSON.parse refuses', () => {
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0019eE+-.truefalsn ') }), fc.string())
    fc.assert(
      fc.property(text, (given) => {
        const read = readJson(given)
        let isJson = true
        try {
          JSON.parse(given)
        } catch {
          isJson = false
        }
        if (!isJson) expect(read).toHaveProperty('trouble')
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [1, '', 'unfinished', 1, 1],
    [2, '{"a":1', 'unfinished', 1, 7],
    [3, '{\n  "a": 1,\n  "a": 2\n}', 'repeated_member', 3, 3],
    [4, '{\n "conditions": {"users": tru}}', 'unexpected', 2, 26],
    [5, '{"__proto__":{}}', 'forbidden_member', 1, 2],
    [6, '{"a":{"constructor":1}}', 'forbidden_member', 1, 7],
    [7, '["\\ud800"]', 'lone_surrogate', 1, 2],
    [8, '["\\udc00\\ud800"]', 'lone_surrogate', 1, 2],
    [9, '["a\u0001"]', 'control_character', 1, 4],
    [10, '["\\u0000"]', 'control_character', 1, 2],
    [11, '[1e999]', 'number', 1, 2],
    [12, '[01]', 'unexpected', 1, 3],
    [13, '{} {}', 'after_end', 1, 4],
    [14, '{"a":1,}', 'unexpected', 1, 8],
    [15, '// hello\n{}', 'unexpected', 1, 1],
    [16, "{'a':1}", 'unexpected', 1, 2],
    [17, '[NaN]', 'unexpected', 1, 2],
    [18, '["\\x41"]', 'unexpected', 1, 3],
  ])('row %i: %j is %s at line %i, column %i', (_row, text, trouble, line, column) => {
    expect(readJson(text)).toMatchObject({ trouble, place: { line, column } })
  })

  it('refuses nesting deeper than any policy without exhausting the stack', () => {
    expect(readJson('['.repeat(1_000_000))).toMatchObject({ trouble: 'too_deep', place: { line: 1 } })
    expect(readJson('{"a":'.repeat(40))).toMatchObject({ trouble: 'too_deep' })
  })

  it('changes no prototype, whatever the names', () => {
    readJson('{"__proto__": {"polluted": true}}')
    readJson('{"constructor": {"prototype": {"polluted": true}}}')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('spanOf', () => {
  const text = '{\n  "conditions": {\n    "users": { "includeUsers": ["All", 5] }\n  }\n}'

  it('finds a value by its path', () => {
    const { start, end, place } = spanOf(text, ['conditions', 'users', 'includeUsers', 1])
    expect(text.slice(start, end)).toBe('5')
    expect(place).toEqual({ line: 3, column: 40 })
  })

  it('finds the nearest value around one that is not there', () => {
    const { start, end } = spanOf(text, ['conditions', 'users', 'excludeUsers', 3])
    expect(text.slice(start, end)).toBe('{ "includeUsers": ["All", 5] }')
    expect(spanOf(text, ['nothing']).start).toBe(0)
  })

  it('keeps where the values near the root stand', () => {
    const read = readJsonWithSpans('[\n{"a":1},\n {"b":[2]}]')
    if ('trouble' in read) throw new Error('unreadable')
    expect(read.spanAt([1])).toMatchObject({ place: { line: 3, column: 2 } })
    expect(read.spanAt([1, 'b'])).toBeNull()
    expect(read.spanAt([])).toMatchObject({ place: { line: 1, column: 1 } })
    expect(read.spanAt([2])).toBeNull()
  })
})

it('names a member as documentation does', () => {
  expect(memberName(['conditions', 'users', 'includeUsers', 2])).toBe('conditions.users.includeUsers[2]')
})
