import { describe, expect, it } from 'vitest'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import type { Gate } from './gates'
import type { GateKind, ProvenGate } from './model'
import { nextStep, type Progress, type ResetStep } from './next-step'

const now = new Date('2026-11-29T08:00:00Z')
const gate = (kind: GateKind): Gate => ({
  ...{ methodId: kind, kind, phoneNumber: null, emailAddress: null, deviceName: null, ways: [], key: kind },
  method: { id: kind } as RegisteredMethod,
})
const proof = (way: ProvenGate['way']): ProvenGate => ({ way, methodId: way, key: way, mode: null, at: 0 })
const able = (gatesNeeded: 1 | 2) => ({ isAble: true, gatesNeeded }) as const
const open: Progress = {
  reset: { state: 'open', purpose: 'reset', gates: [], expiresAt: new Date(now.getTime() + 1) },
  lockedSeconds: 0,
  isUnlockOffered: false,
  account: null,
}
const proven = (kinds: readonly GateKind[], gatesNeeded: 1 | 2, isPolicyMet = true): Progress => ({
  ...open,
  reset: { ...open.reset, gates: [proof('email')] },
  account: { standing: able(gatesNeeded), proven: kinds.map(gate), isPolicyMet },
})
const withReset = (reset: Partial<Progress['reset']>, progress: Progress = open): Progress => ({
  ...progress,
  reset: { ...progress.reset, ...reset },
})

describe('every state leads to one step', () => {
  it.each<[number, string, Progress | null, ResetStep]>([
    [1, 'nobody said who they are', null, 'identify'],
    [2, 'the quarter of an hour is over', withReset({ expiresAt: now }), 'identify'],
    [3, 'too many tries', { ...open, lockedSeconds: 1 }, 'throttled'],
    [
      4,
      'nothing is chosen where there is a choice',
      { ...withReset({ purpose: null }), isUnlockOffered: true },
      'choose',
    ],
    [5, 'nothing is chosen and there is no choice any more', withReset({ purpose: null }), 'firstGate'],
    [6, 'nothing is proven', open, 'firstGate'],
    [7, 'one proof, and one is enough', proven(['email'], 1), 'newPassword'],
    [8, 'one proof of two', proven(['email'], 2), 'nextGate'],
    [9, 'two proofs that are one', proven(['softwareOath', 'hardwareOath'], 2), 'nextGate'],
    [10, 'two proofs', proven(['email', 'softwareOath'], 2), 'newPassword'],
    [11, 'two proofs, and a policy asks for more', proven(['email', 'softwareOath'], 2, false), 'nextGate'],
    [12, 'what was proven is gone', proven([], 1), 'firstGate'],
    [
      13,
      'a lock is to end',
      withReset({ purpose: 'unlock' }, { ...proven(['email'], 1), isUnlockOffered: true }),
      'unlock',
    ],
    [
      14,
      'the account cannot be helped',
      {
        ...proven(['email'], 1),
        account: {
          standing: { isAble: false, refusal: 'SSPR_0013', isHidden: false },
          proven: [gate('email')],
          isPolicyMet: true,
        },
      },
      'refused',
    ],
    [15, 'it was refused', withReset({ state: 'refused' }), 'refused'],
    [16, 'a directory is asked', withReset({ state: 'writing' }), 'findingOut'],
    [
      17,
      'a directory did not answer, and the time is over',
      withReset({ state: 'unknown', expiresAt: now }),
      'findingOut',
    ],
    [18, 'it is done, and the time is over', withReset({ state: 'done', expiresAt: now }), 'done'],
    [19, 'it is done, and the name is locked since', { ...withReset({ state: 'done' }), lockedSeconds: 1 }, 'done'],
    [20, 'everything is proven, and the name is locked', { ...proven(['email'], 1), lockedSeconds: 1 }, 'throttled'],
    [21, 'everything is proven, and the time is over', withReset({ expiresAt: now }, proven(['email'], 1)), 'identify'],
    [22, 'a lock was to end, and that is not offered any more', withReset({ purpose: 'unlock' }), 'choose'],
    [
      23,
      'a lock was to end, everything is proven, and that is not offered any more',
      withReset({ purpose: 'unlock' }, proven(['email'], 1)),
      'choose',
    ],
  ])('%i %s', (_number, _title, progress, step) => expect(nextStep(progress, now)).toBe(step))
})
