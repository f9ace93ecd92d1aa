import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { hashSecret } from '@/lib/password/hashing'
import { seal } from '@/lib/platform/seal'

/** People for a load, written as rows: preparing them by the product itself would take longer than the measurement. */

export const benchPassword = 'bench-harbor-lantern-27'

export type Person = { readonly id: string; readonly userPrincipalName: string; readonly secret: string }

/** People with the same password; with `app`, each with an authenticator app of their own. */
export async function addPeople(owner: pg.Pool, count: number, hasApp: boolean): Promise<Person[]> {
  const hash = await hashSecret(benchPassword)
  if (!hash.ok) throw new Error('the password cannot be hashed')
  const people = Array.from({ length: count }, () => {
    const id = randomUUID()
    return { id, userPrincipalName: `bench-${id}@harbor.example`, secret: newSecret() }
  })
  for (let start = 0; start < people.length; start += 2000) {
    const some = people.slice(start, start + 2000)
    const ids = some.map(({ id }) => id)
    await owner.query(
      `INSERT INTO "user" (id, user_principal_name, display_name, mail, user_handle, password_hash, updated_at)
       SELECT id, 'bench-' || id || '@harbor.example', 'Bench ' || id, 'bench-' || id || '@harbor.example',
         sha512(id::text::bytea), $2, now() FROM unnest($1::uuid[]) AS id`,
      [ids, hash.value],
    )
    if (hasApp) await addApps(owner, some)
  }
  await owner.query('ANALYZE')
  return people
}

async function addApps(owner: pg.Pool, people: readonly Person[]): Promise<void> {
  const apps = people.map(({ id, secret }) => {
    const methodId = randomUUID()
    const place = { table: 'software_oath', column: 'secret_sealed', rowId: methodId, ownerId: id }
    return { id, methodId, sealed: seal(secret, place) }
  })
  const columns = [apps.map(({ methodId }) => methodId), apps.map(({ id }) => id), apps.map(({ sealed }) => sealed)]
  await owner.query(
    `WITH app AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS app (method_id, user_id, sealed)),
     method AS (
       INSERT INTO authentication_method (id, user_id, kind, slot, name, origin, created_at, updated_at)
       SELECT method_id, user_id, 'softwareOath', method_id::text, 'Phone', 'user', now(), now() FROM app),
     detail AS (
       INSERT INTO software_oath (method_id, secret_sealed, last_step) SELECT method_id, sealed, -1 FROM app)
     UPDATE "user" SET default_method_id = app.method_id, security_info_changed_at = now(),
       security_info_confirmed_at = now()
     FROM app WHERE "user".id = app.user_id`,
    columns,
  )
}

/** Copies the session of one true sign-in to each person and answers the cookies that open them. */
export async function copySession(owner: pg.Pool, cookie: string, people: readonly Person[]): Promise<string[]> {
  const [name = '', token = ''] = cookie.split('=')
  const tokens = people.map(() => createHash('sha256').update(randomUUID()).digest('base64url'))
  const hashOf = (text: string) => createHash('sha256').update(text).digest()
  const { rowCount } = await owner.query(
    `INSERT INTO session (id, token_hash, user_id, stage, proofs, return_to, registration, interrupted_at,
       correlation_id, client_address, user_agent, created_at, last_seen_at, idle_seconds, expires_at)
     SELECT gen_random_uuid(), copy.token_hash, copy.user_id, stage, proofs, return_to, registration, interrupted_at,
       gen_random_uuid(), client_address, user_agent, created_at, now(), idle_seconds, expires_at
     FROM session, unnest($2::bytea[], $3::uuid[]) AS copy (token_hash, user_id) WHERE session.token_hash = $1`,
    [hashOf(token), tokens.map(hashOf), people.map(({ id }) => id)],
  )
  if (rowCount !== people.length) throw new Error('the session to copy is not there')
  return tokens.map((one) => `${name}=${one}`)
}
