import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { RegistrationState } from '@/lib/sign-in/facts'
import type { Need } from './model'
import { countsAsPrompt } from './triggers'

/**
 * Notes on the person's row what they are about to be shown, in the transaction that opens the wizard: whoever then closes
 * the browser has put it off like somebody who pressed the button. `20` §6, §7
 *
 * The first prompt of the MFA registration policy begins the days, and no later one moves them. A campaign that may still
 * be put off counts one snooze; one that is required counts none.
 */
export async function notePrompt(
  tx: Tx,
  userId: string,
  need: Need,
  { mfaRegistrationPolicy: policy, promptedAt }: RegistrationState,
  at: Date,
): Promise<void> {
  const isOfPolicy = need.mfa?.because.includes('mfaRegistrationPolicy') === true
  if (isOfPolicy && !countsAsPrompt(promptedAt, policy.enforcedSince)) {
    await tx.user.update({ where: { id: userId }, data: { mfaRegistrationPromptedAt: at } })
  }
  if (need.campaign !== null && need.skip !== 'never') {
    await tx.user.update({ where: { id: userId }, data: { campaignSnoozes: { increment: 1 }, campaignSnoozedAt: at } })
  }
}

/** Forgets the snoozes of a campaign whose method is registered now. */
export async function forgetSnoozes(tx: Tx, userId: string): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { campaignSnoozes: 0, campaignSnoozedAt: null } })
}
