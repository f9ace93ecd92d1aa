/** One address and nothing that a header could read as more than one: no control, comma, semicolon, bracket or quote. */
export function isPlainAddress(address: string): boolean {
  return (
    address.length <= 254 &&
    /^[^\s\p{Cc}\p{Cf},;:<>()[\]"\\@]{1,64}@[^\s\p{Cc}\p{Cf},;:<>()[\]"\\@]{1,253}$/u.test(address)
  )
}

/** The addresses to tell, each once, without regard to case. */
export function recipients(known: {
  readonly verified: readonly string[]
  readonly mail: string | null
  readonly userPrincipalName: string
  readonly alsoTo: string | null
  readonly except: string | null
}): readonly string[] {
  const own = [...known.verified, ...(known.mail === null ? [] : [known.mail])].filter(
    (address) => !sameAddress(address, known.except),
  )
  const all = [...own, ...(known.alsoTo === null ? [] : [known.alsoTo])].filter(isPlainAddress)
  const found = all.length > 0 ? all : [known.userPrincipalName].filter(isPlainAddress)
  return found.filter((address, index) => found.findIndex((other) => sameAddress(other, address)) === index)
}

function sameAddress(left: string, right: string | null): boolean {
  return right !== null && left.toLowerCase() === right.toLowerCase()
}
