import { BerWriter } from 'ldapts'
import { Fields, type LdapResult } from './read'

/** What is asked of a directory about passwords, as it wants it written. */

/** The extended operation that changes a password. RFC 3062 */
export const passwordModifyName = '1.3.6.1.4.1.4203.1.11.1'

/** Its value: whose, the present one where it is known, and the new one. RFC 3062 §2 */
export function passwordModifyValue(dn: string, oldPassword: string | null, newPassword: string): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeString(dn, 0x80)
  if (oldPassword !== null) writer.writeString(oldPassword, 0x81)
  writer.writeString(newPassword, 0x82)
  writer.endSequence()
  return Buffer.from(writer.buffer)
}

/** A value of Active Directory's `unicodePwd`: in quotation marks, UTF-16 little endian. MS-ADTS §3.1.1.3.1.5.1 */
export function unicodePassword(password: string): Buffer {
  return Buffer.from(`"${password}"`, 'utf16le')
}

/** The request control with which a server tells more about a password: draft-behera-ldap-password-policy-10 §6.1. */
export const passwordPolicyName = '1.3.6.1.4.1.42.2.27.8.5.1'

/** The error in the control of a password policy (§6.2 there); null without one, or where it cannot be read. */
export function policyErrorOf({ controls }: Pick<LdapResult, 'controls'>): number | null {
  const value = controls.get(passwordPolicyName)
  if (value === undefined || value.length === 0) return null
  try {
    const fields = new Fields(value).next(0x30)
    for (let tag = fields.peek(); tag !== null; tag = fields.peek()) {
      if (tag === 0x81) return fields.integer(0x81)
      fields.bytes(tag)
    }
  } catch {
    return null
  }
  return null
}
