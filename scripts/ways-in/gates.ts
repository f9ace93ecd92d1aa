import type { Touch, TouchKind } from './touches'

/**
 * What may stand between a way in and a method. A gate is a function of the product: `around`, where what it is given
 * happens inside of it, or `asked`, where all of these are asked before in the same function. It opens some kinds of
 * touch and no other.
 */
export type Gate = {
  readonly name: string
  readonly how: 'around' | 'asked'
  /** Around: any of these. Asked: all of these. */
  readonly functions: readonly string[]
  readonly opens: readonly TouchKind[]
  /** For a reader who does not read code. */
  readonly says: string
}

export const gates: readonly Gate[] = [
  {
    name: 'change of one’s own',
    how: 'around',
    functions: ['lib/security-info/change.ts#changeOwn'],
    opens: ['method', 'token', 'demand'],
    says: 'In the transaction that stores: the person is locked, session and policies are read again, and Conditional Access decides on *register security information*. A refusal stores nothing.',
  },
  {
    name: 'change by an administrator',
    how: 'around',
    functions: ['lib/security-info/change.ts#changeAsAdministrator'],
    opens: ['method', 'token', 'demand'],
    says: 'In the transaction that stores: both people are locked, the right over this person is read again, and a proof of the last five minutes with a method of one’s own is asked for.',
  },
  {
    name: 'right over a person',
    how: 'asked',
    functions: ['lib/directory/rights.ts#refusalToActOn', 'lib/security-info/change.ts#isFreshAdministrator'],
    opens: ['password', 'directory', 'demand'],
    says: 'As for a change by an administrator: the right over this person and a fresh proof, asked in the transaction that stores.',
  },
  {
    name: 'proof in a session',
    how: 'around',
    functions: ['lib/sign-in/second-factor.ts#prove', 'lib/sign-in/second-factor.ts#verifyWithOath'],
    opens: ['use'],
    says: 'Under the person’s lock, with session, account and policies as they are now; a wrong proof counts, and a method that has to wait is not tried.',
  },
  {
    name: 'lock of the name',
    how: 'asked',
    functions: ['lib/throttle/password-lock-store.ts#claimPasswordLock'],
    opens: ['use'],
    says: 'A first factor: wrong tries are counted for the name and the place, under the counter’s lock, before anything is used.',
  },
  {
    name: 'signature of a passkey',
    how: 'asked',
    functions: ['lib/registered-methods/challenge.ts#consumeChallenge', 'lib/sign-in/passkey.ts#checkPasskey'],
    opens: ['use'],
    says: 'A challenge of this browser, good once, and the signature over it, before the passkey’s counter moves.',
  },
  {
    name: 'present password or second factor',
    how: 'asked',
    functions: ['lib/password-change/way.ts#wayToChange', 'lib/password-change/commands.ts#checkCurrent'],
    opens: ['password'],
    says: 'The present password, counted as at sign-in, or a second factor of the last ten minutes; asked again in the transaction that stores.',
  },
  {
    name: 'temporary password',
    how: 'asked',
    functions: ['lib/sign-in/next-step.ts#mustSetPassword'],
    opens: ['password'],
    says: 'Only in a sign-in that was begun with a temporary password, once everything else that the policies ask is proven; asked in the transaction that stores.',
  },
  {
    name: 'present password of a directory',
    how: 'asked',
    functions: [
      'lib/password-change/in-directory.ts#refusalOf',
      'lib/password-change/commands.ts#checkCurrent',
      'lib/directory/password-writes.ts#noteWrite',
    ],
    opens: ['password', 'directory'],
    says: 'A session that may do this, and the present password, judged by the directory and counted as at sign-in; the session is asked again in the transaction that notes what the directory will be asked.',
  },
  {
    name: 'question to a directory that was noted',
    how: 'asked',
    functions: [
      'lib/directory/password-writes.ts#claimUnansweredWrite',
      'lib/directory/password-writes.ts#findAskedWrite',
    ],
    opens: ['password', 'directory'],
    says: 'Only what became of a question that one of the gates above let through and noted; each is looked at by one process at a time.',
  },
  {
    name: 'step of a password reset',
    how: 'around',
    functions: ['lib/password-reset/flow.ts#takeStep', 'lib/password-reset/prove.ts#judge'],
    opens: ['use', 'password'],
    says: 'Under the person’s lock the reset is decided anew: locks and limits of the name, independent proofs, the policies; only the step that is due is taken.',
  },
  {
    name: 'question of a reset at its end',
    how: 'asked',
    functions: ['lib/password-reset/store.ts#findAsked'],
    opens: ['password', 'directory'],
    says: 'A directory is asked only what a reset noted at its last step, in that step’s transaction.',
  },
  {
    name: 'right over the inventory',
    how: 'around',
    functions: ['lib/hardware-oath/commands.ts#change'],
    opens: ['token'],
    says: 'The right to change hardware tokens, read in the transaction that stores.',
  },
  {
    name: 'file of an administrator',
    how: 'asked',
    functions: ['lib/hardware-oath/import.ts#actorOf', 'lib/hardware-oath/import.ts#judge'],
    opens: ['token'],
    says: 'In the transaction that stores: whoever uploaded the file still has the right over the inventory, and the right over each person to whom a line gives a token.',
  },
]

/** Functions whose writes say how a method was used; every other write to a method is a change of it. */
export const uses: readonly string[] = [
  'lib/registered-methods/store/use.ts#recordUse',
  'lib/registered-methods/store/use.ts#countFailure',
  'lib/registered-methods/store/use.ts#blockMethod',
  'lib/registered-methods/store/use.ts#takeStep',
  'lib/registered-methods/store/use.ts#takeTokenStep',
  'lib/registered-methods/store/use.ts#moveSignCount',
  'lib/registered-methods/store/use.ts#takePass',
  'lib/registered-methods/store/use.ts#countWrongPass',
  'lib/registered-methods/store/use.ts#takeRecoveryCode',
  // The same password, hashed anew in the place of the very hash that was verified.
  'lib/sign-in/first-factor.ts#judgeAndOpen',
]

export function kindOf(declaration: string, touch: Touch): TouchKind {
  return uses.includes(declaration) ? 'use' : touch.kind
}

/** @see HandedOn */
export const handedOn = { 'lib/password-reset/account.ts#directories': 'directory' }
