import { limits } from '@/lib/limits'
import type { Allowance, SendBudget, SendRequest } from './model'

const hour = 3600
const day = 86_400

/**
 * The budgets that one sent code uses up, with what each is counted for. Budgets of a person and of a destination are
 * counted per channel, so that mails do not use up text messages. The installation's budget limits what costs money:
 * text messages and calls, which count together: who asks for the one and then the other has asked twice.
 *
 * @see SEC-065 and the figures of SEC §1; SEC-186 for the client's address
 */
export function sendBudgets(
  request: SendRequest & { readonly address: string },
  installationPerDay: number,
): readonly (Allowance & {
  readonly budget: SendBudget
  readonly subject: readonly string[]
})[] {
  const { code } = limits
  const channel = request.channel === 'mail' ? 'mail' : 'sms'
  const user = [channel, request.userId]
  const destination = [channel, request.destination.trim().toLowerCase()]
  const perAddress = request.signedIn ? code.sendsPerAddressPerHour : code.sendsPerAddressPerHourAnonymous
  const address = [request.signedIn ? 'signedIn' : 'anonymous', request.address]
  return [
    { budget: 'userHour', subject: user, max: code.sendsPerUserPerHour, windowSeconds: hour },
    { budget: 'userDay', subject: user, max: code.sendsPerUserPerDay, windowSeconds: day },
    { budget: 'destinationHour', subject: destination, max: code.sendsPerDestinationPerHour, windowSeconds: hour },
    { budget: 'destinationDay', subject: destination, max: code.sendsPerDestinationPerDay, windowSeconds: day },
    { budget: 'addressHour', subject: address, max: perAddress, windowSeconds: hour },
    ...(request.channel === 'mail'
      ? ([
          { budget: 'userTenMinutes', subject: user, max: code.emailsPerUserPerTenMinutes, windowSeconds: 600 },
        ] as const)
      : ([{ budget: 'installationDay', subject: [], max: installationPerDay, windowSeconds: day }] as const)),
  ]
}

/** How many sends of the installation's day an operator is warned at; once a day, because counts pass it once. */
export function isInstallationWarning(count: number, installationPerDay: number): boolean {
  return count === Math.ceil(installationPerDay * limits.code.installationWarnShare)
}
