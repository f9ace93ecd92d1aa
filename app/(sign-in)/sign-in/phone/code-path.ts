/** The page that waits for the code of a ceremony; its id is worth nothing in another browser. */
export function codePath(challengeId: string, returnTo: string): string {
  const query = new URLSearchParams({ code: challengeId, ...(returnTo ? { returnTo } : {}) })
  return `/sign-in/phone?${query}`
}
