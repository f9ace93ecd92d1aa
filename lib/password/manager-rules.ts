import { limits } from '@/lib/limits'
import type { PasswordRules } from './model'

/**
 * The rules in the words that password managers read (`passwordrules`), so that what they generate is accepted. Generated
 * passwords may be longer than people choose; kinds are named only where the profile asks for them.
 *
 * @see https://developer.apple.com/password-rules/
 */
export function managerRules({ profile, lengthMin }: PasswordRules): string {
  const kinds =
    profile === 'entra' ? 'required: lower; required: upper; required: digit' : 'allowed: lower, upper, digit'
  return `minlength: ${Math.max(lengthMin, 20)}; maxlength: ${limits.password.lengthMax}; ${kinds}; allowed: [-];`
}
