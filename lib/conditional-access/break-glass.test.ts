import { describe, expect, it } from 'vitest'
import { groups, type Name, people, setOf } from '@/tests/support/decision-table'
import { isBreakGlass } from './break-glass'

/** The people and policies are those of the decision table: `bg` is in the group that most policies exclude. */
const table: readonly (readonly [number, Parameters<typeof setOf>[0], Name, boolean])[] = [
  [1, [], 'bg', false], // no policy excludes anybody: an administrator like others
  [2, ['P4'], 'bg', true],
  [3, ['P4'], 'adm', false],
  [4, ['P4', 'P5', 'P6', 'P7'], 'bg', true],
  [5, ['P4', 'P1'], 'bg', true], // P1 is about Staff and never meant them
  [6, ['P1'], 'bg', false], // not meant is not excluded
  [7, ['P4', 'P23'], 'bg', false], // one enforced policy does not exclude them
  [8, ['P4', 'P10'], 'bg', true], // report-only need not
  [9, ['P4', 'P11'], 'bg', true], // nor one that is off
  [10, ['P24'], 'bg', false], // and report-only makes nobody an emergency account
  [11, ['P4'], 'ana', false], // in no role
  [12, ['P18'], 'ana', false],
]

describe('an emergency account', () => {
  it.each(table)('%i: %j, %s: %s', (_, policies, name, expected) => {
    expect(isBreakGlass(setOf(policies), people[name].subject)).toBe(expected)
  })

  it('is none when an enforced policy cannot say whom it is about', () => {
    const set = setOf(['P4'])
    const unreadable = { ...set, policies: [...set.policies, ...set.policies.map((one) => ({ ...one, users: null }))] }
    expect(isBreakGlass(unreadable, people.bg.subject)).toBe(false)
  })

  it('stops being one with the membership that excludes it', () => {
    const { subject } = people.bg
    const without = { ...subject, groupIds: new Set([...subject.groupIds].filter((id) => id !== groups.breakGlass)) }
    expect(isBreakGlass(setOf(['P4']), without)).toBe(false)
  })
})
