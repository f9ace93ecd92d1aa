// npm run first-administrator -- ada@example.org "Ada Moreau"
//
// Adds the first Global Administrator and prints a one-time Temporary Access Pass, once. Whoever can run this on the
// host already holds the keys and the database, so it asks for nothing else; it refuses when the role is held.
import { randomUUID } from 'node:crypto'
import { record } from '@/lib/audit/record'
import { newPass } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { addFirstAdministrator, bySystem } from '@/lib/directory/commands'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { disconnect, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { provisionMethod } from '@/lib/security-info/provision'

const passLength = 16

async function run(userPrincipalName: string | undefined, displayName: string | undefined): Promise<number> {
  if (!userPrincipalName || !displayName) {
    console.error('usage: npm run first-administrator -- <user principal name> "<display name>"')
    return 2
  }
  const pass = newPass(passLength)
  const passHash = await hashSecret(pass)
  if (!passHash.ok) throw new Error(passHash.failure.code)
  const at = now()
  const lifetimeMinutes = defaultMethodsPolicy.methods.temporaryAccessPass.defaultLifetimeInMinutes
  const expiresAt = new Date(at.getTime() + lifetimeMinutes * 60_000)
  const added = await transaction(async (tx) => {
    const by = bySystem(at, randomUUID())
    const made = await addFirstAdministrator(tx, { userPrincipalName, displayName }, by)
    if (!made.ok) return made
    const userId = made.value.id
    const passId = await provisionMethod(tx, {
      userId,
      method: {
        ...{ kind: 'temporaryAccessPass', passHash: passHash.value, startsAt: at, expiresAt },
        ...{ isUsableOnce: true, createdById: null },
      },
      at,
    })
    await record(tx, {
      ...{ activity: 'adminRegistered', at, outcome: 'success', actor: by.actor, origin: by.origin },
      target: { kind: 'user', id: userId, name: userPrincipalName },
      method: { kind: 'temporaryAccessPass', id: passId },
      after: { isUsableOnce: true, expiresAt: expiresAt.toISOString() },
    })
    return made
  })
  if (!added.ok) {
    console.error(`first-administrator: ${sentences[added.failure.code]}`)
    return 1
  }
  console.log(
    [
      `${userPrincipalName} is Global Administrator.`,
      '',
      `  Open                   ${env().PUBLIC_ORIGIN}/sign-in`,
      `  Temporary Access Pass  ${pass}   (shown once, works once, until ${expiresAt.toISOString()})`,
      '',
      'Sign in with the pass and register a passkey or an authenticator app at once.',
    ].join('\n'),
  )
  return 0
}

const sentences = {
  'directory.administrator_exists': 'there is a Global Administrator already; let them add others',
  'directory.user_principal_name_invalid': 'the user principal name must look like ada@example.org',
  'directory.display_name_invalid': 'the display name is empty or too long',
  'directory.user_exists': 'somebody has this user principal name already',
} as const

run(process.argv[2], process.argv[3])
  .then(async (code) => {
    await disconnect()
    process.exit(code)
  })
  .catch((error: unknown) => {
    console.error(`first-administrator: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  })
