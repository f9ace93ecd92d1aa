import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { resetForEverybody } from '@/tests/support/builders'
import { isPassed, questionsOf } from './questions'

const random = (...parts: readonly string[]) => createHmac('sha256', 'key').update(parts.join('|')).digest()
const policy = resetForEverybody
const mine = ['hidingPlace', 'bookReadTwice', 'toyLost', 'worstHaircut', 'familyStory']

describe('the questions of a round', () => {
  it('are the same however often they are looked at, and others after a wrong set', () => {
    const first = questionsOf(mine, policy, 'ana', 0, random)
    expect(questionsOf([...mine].reverse(), policy, 'ana', 0, random)).toEqual(first)
    const rounds = [1, 2, 3, 4].map((round) => questionsOf(mine, policy, 'ana', round, random).join())
    expect(rounds.some((round) => round !== first.join())).toBe(true)
  })
  it('are three different ones of those that were answered', () => {
    const asked = questionsOf(mine, policy, 'ana', 0, random)
    expect(new Set(asked).size).toBe(3)
    expect(asked.every((key) => mine.includes(key))).toBe(true)
  })
  it('exist for a name that nobody has, stay the same, and come from one choice of five', () => {
    const rounds = Array.from({ length: 30 }, (_, round) => questionsOf([], policy, 'nobody', round, random))
    expect(questionsOf([], policy, 'nobody', 0, random)).toEqual(rounds[0])
    expect(new Set(rounds.flat()).size).toBe(5)
    expect(questionsOf([], policy, 'somebody else', 0, random)).not.toEqual(rounds[0])
  })
  it('are those of nobody where too few were answered', () => {
    expect(questionsOf(['hidingPlace'], policy, 'ana', 0, random)).toEqual(questionsOf([], policy, 'ana', 0, random))
  })
})

it('a round is passed by all answers together', () => {
  expect(isPassed(['a', 'b', 'c'], [true, true, true])).toBe(true)
  expect(isPassed(['a', 'b', 'c'], [true, true, false])).toBe(false)
  expect(isPassed(['a', 'b', 'c'], [true, true])).toBe(false)
})
