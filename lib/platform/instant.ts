/** The first and the last instant that the database and ISO 8601 write alike: years of four digits, none of them 0. */
const first = Date.parse('0001-01-01T00:00:00Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

/** An instant as text for the database. One beyond its calendar (somebody asked for the year 10000) is the nearest within it. */
export function instantText(at: Date): string {
  return new Date(Math.min(Math.max(at.getTime(), first), last)).toISOString()
}
