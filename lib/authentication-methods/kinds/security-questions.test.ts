import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { predefinedQuestions, questionKey, questionOf } from '../security-questions'
import { type Answered, afterRound, findingsAbout, firstRound, normaliseAnswer } from './security-questions'

describe('an answer as it is compared', () => {
  test.each([
    ['  blue   door ', 'blue door'],
    ['BLUE DOOR', 'blue door'],
    ['Blue\u00a0Door', 'blue door'],
    ['Blue\tDoor\n', 'blue door'],
    ['ﬁsh', 'fish'],
    ['Ｆｕｌｌ', 'full'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['ΟΔΟΣ', 'οδος'],
    ['e\u0301cole', 'école'],
    ['ΤΟΚΥΟ 東京', 'τοκυο 東京'],
  ])('%j is %j', (typed, compared) => {
    // The last letter of a Greek word has two forms, and both are one answer.
    expect(normaliseAnswer(typed)).toBe(normaliseAnswer(compared))
  })

  test('normalising again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(normaliseAnswer(normaliseAnswer(text))).toBe(normaliseAnswer(text))
      }),
    )
  })
})

const offered = ['one', 'two', 'three', 'four', 'custom:Where is the spare key?']
const names = ['ana@harbor.example', 'Ana Silva']
const given = (key: string, answer: string, text = `What about ${key}?`): Answered => ({ key, text, answer })

/** `10` §11 and SEC-083, row by row: what is typed, and what is wrong with which field. */
describe('what may be answered', () => {
  const good = [given('one', 'porridge'), given('two', 'the attic'), given('three', 'a lantern')]
  const rows: readonly (readonly [string, readonly Answered[], readonly string[]])[] = [
    ['three different answers to three different questions', good, []],
    ['a question of the organisation', [...good, given('custom:Where is the spare key?', 'under the pot')], []],
    ['answers of 3 and of 40 characters', [given('one', 'abc'), given('two', 'x'.repeat(40))], []],
    ['an answer of 2', [given('one', 'ab')], ['answer 0 answer_length']],
    ['an answer of 41', [given('one', 'x'.repeat(41))], ['answer 0 answer_length']],
    ['spaces do not lengthen an answer', [given('one', ' a  b '), given('two', '  a  ')], ['answer 1 answer_length']],
    [
      'characters beyond the first plane count once',
      [given('one', '🦊🐻🐼'), given('two', '🦊🐻')],
      ['answer 1 answer_length'],
    ],
    ['no answer', [given('one', '')], ['answer 0 answer_length']],
    ['a question that is not offered', [given('five', 'porridge')], ['question 0 question_missing']],
    ['no question', [given('', 'porridge', '')], ['question 0 question_missing']],
    ['a question twice', [given('one', 'porridge'), given('one', 'the attic')], ['question 1 question_twice']],
    [
      'the same question in other letters',
      [given('one', 'porridge', 'Where is it?'), given('two', 'the attic', '  where IS it? ')],
      ['question 1 question_twice'],
    ],
    ['an answer twice', [given('one', 'Porridge'), given('two', ' porridge ')], ['answer 1 answer_twice']],
    ['the login name', [given('one', 'ANA@harbor.example')], ['answer 0 answer_is_name']],
    ['the own name', [given('one', 'ana  silva')], ['answer 0 answer_is_name']],
    ['a word of the question', [given('one', 'ONE')], ['answer 0 answer_in_question']],
    [
      'everything at once, in the order of the form',
      [given('', 'ab', ''), given('one', 'porridge'), given('one', 'porridge')],
      ['question 0 question_missing', 'answer 0 answer_length', 'question 2 question_twice', 'answer 2 answer_twice'],
    ],
  ]
  test.each(rows)('%s', (_, answered, expected) => {
    const found = findingsAbout(answered, offered, names)
    expect(found.map(({ field, index, problem }) => `${field} ${index} ${problem}`)).toEqual(expected)
  })
})

describe('what a password reset asks', () => {
  const registered = ['a', 'b', 'c', 'd', 'e']
  const first = () => 0
  const chance = fc.func(fc.nat()).map((next) => {
    let turn = 0
    return (below: number) => next(turn++) % below
  })

  test('as many different ones as are needed, each of them registered, whatever chance says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), chance, (count, draw) => {
        const { asked, wrongRounds } = firstRound(registered, count, draw)
        expect(new Set(asked).size).toBe(count)
        expect(asked.every((key) => registered.includes(key))).toBe(true)
        expect(wrongRounds).toBe(0)
      }),
    )
  })

  test('every selection can come up', () => {
    const seen = new Set<string>()
    for (let one = 0; one < 5; one++)
      for (let two = 0; two < 4; two++) {
        const draws = [one, two]
        seen.add(
          firstRound(registered, 2, () => draws.shift() ?? 0)
            .asked.toSorted()
            .join(''),
        )
      }
    expect(seen.size).toBe(10)
  })

  test('fewer registered than asked is no gate', () => {
    expect(() => firstRound(['a', 'b', 'b'], 3, first)).toThrow()
    expect(() => firstRound([], 0, first)).toThrow()
  })

  test('passes only when every answer is right', () => {
    const round = firstRound(registered, 3, first)
    expect(afterRound(round, [true, true, true], registered, first)).toEqual({ passed: true })
    for (const verdicts of [[false, true, true], [true, true, false], [true, true], [], [true, true, true, true]]) {
      expect(afterRound(round, verdicts, registered, first).passed).toBe(false)
    }
  })

  test('a wrong round draws anew, is counted, and does not say which answer was wrong', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), chance, (verdicts, draw) => {
        fc.pre(verdicts.includes(false))
        const round = { ...firstRound(registered, 3, first), wrongRounds: 1 }
        const after = afterRound(round, verdicts, registered, draw)
        expect(Object.keys(after)).toEqual(['passed', 'next'])
        if (after.passed) throw new Error('a wrong round passed')
        expect(after.next.wrongRounds).toBe(2)
        expect(after.next.asked).toHaveLength(3)
      }),
    )
    const other = afterRound(firstRound(registered, 3, first), [true, true, false], registered, (below) => below - 1)
    expect(other).toEqual({ passed: false, next: { asked: ['e', 'd', 'c'], wrongRounds: 1 } })
  })
})

describe('the questions of the product', () => {
  test('are 35, and each has one spelling', () => {
    expect(predefinedQuestions).toHaveLength(35)
    expect(new Set(predefinedQuestions).size).toBe(35)
    for (const id of predefinedQuestions)
      expect(questionOf(questionKey({ kind: 'predefined', id }))).toEqual({ kind: 'predefined', id })
    const own = { kind: 'custom', text: 'Where is the spare key?' } as const
    expect(questionOf(questionKey(own))).toEqual(own)
    expect(questionOf('unknown')).toBeNull()
  })
})
