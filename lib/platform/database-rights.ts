import 'server-only'
import pg from 'pg'

/** Written once and never changed, not even by the program: the trail that tells on it, and which keys it runs with. */
const insertOnly = ['audit_event', 'installation_key']
/** Kept by the database itself, in a trigger that runs as the owner. */
const readOnly = ['audit_seal', 'audit_head', '_prisma_migrations']

/**
 * Gives the role that serves what it needs and nothing more: rows of ordinary tables, no table of its own, no right
 * to create one, no change to the audit trail. Runs after every migration as the owner; does nothing when one role
 * does both. @see SEC-332
 */
export async function grantRights(ownerUrl: string, appRole: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'twofold migrate' })
  await client.connect()
  try {
    const { rows } = await client.query<{ owner: string }>('SELECT current_user AS owner')
    if (rows[0]?.owner === appRole) return
    const role = client.escapeIdentifier(appRole)
    const exceptions = [...insertOnly, ...readOnly]
    await client.query('BEGIN')
    await client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC')
    await client.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`)
    await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`)
    await client.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`)
    const { rows: tables } = await client.query<{ tablename: string }>(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    )
    for (const { tablename } of tables) {
      const rights = insertOnly.includes(tablename)
        ? 'SELECT, INSERT'
        : exceptions.includes(tablename)
          ? 'SELECT'
          : 'SELECT, INSERT, UPDATE, DELETE'
      await client.query(`GRANT ${rights} ON ${client.escapeIdentifier(tablename)} TO ${role}`)
    }
    await client.query(`GRANT EXECUTE ON FUNCTION analyze_directory(), throttle_counters(text[]) TO ${role}`)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}
