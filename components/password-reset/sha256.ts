/**
 * SHA-256 of a text, in the browser and at once: the browser's own is only to be had one promise at a time, which is far
 * slower for many short texts. @see FIPS 180-4 §6.2
 */
export function sha256(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  const length = ((bytes.length + 8) >> 6) + 1
  const words = new Uint32Array(length * 16)
  bytes.forEach((byte, place) => {
    words[place >> 2] = (words[place >> 2] ?? 0) | (byte << (24 - (place % 4) * 8))
  })
  words[bytes.length >> 2] = (words[bytes.length >> 2] ?? 0) | (0x80 << (24 - (bytes.length % 4) * 8))
  words[length * 16 - 1] = bytes.length * 8
  const state = Uint32Array.from(initial)
  const w = new Uint32Array(64)
  for (let block = 0; block < length; block++) compress(state, words.subarray(block * 16, block * 16 + 16), w)
  const hash = new Uint8Array(32)
  state.forEach((word, place) => {
    for (let byte = 0; byte < 4; byte++) hash[place * 4 + byte] = (word >>> (24 - byte * 8)) & 255
  })
  return hash
}

function compress(state: Uint32Array, block: Uint32Array, w: Uint32Array): void {
  const at = (place: number) => w[place] ?? 0
  for (let t = 0; t < 16; t++) w[t] = block[t] ?? 0
  for (let t = 16; t < 64; t++) {
    const [x, y] = [at(t - 15), at(t - 2)]
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
    w[t] = at(t - 16) + s0 + at(t - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < 64; t++) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + big1 + ((e & f) ^ (~e & g)) + (constants[t] ?? 0) + at(t)) | 0
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, place) => {
    state[place] = (state[place] ?? 0) + word
  })
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

/** The first 32 bits of the fractions of roots of primes, as the standard makes them. */
const primes = firstPrimes(64)
const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const constants = primes.map((prime) => fraction(Math.cbrt(prime)))

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) >>> 0
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  return found
}
