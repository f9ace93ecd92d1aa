/**
 * Answers no sooner than `milliseconds` after it was asked, whatever the work was: an account that exists is looked up,
 * decided about and written to, one that does not is not, and a stopwatch must not tell. Longer work is not cut short; it
 * is of equal kind for both (`account.ts`, `send.ts`).
 *
 * @see SEC-191
 */
export async function evenly<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  try {
    return await work()
  } finally {
    const left = milliseconds - (performance.now() - startedAt)
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
  }
}
