/** A set of policies: the bit of each one's number, 32 in a word. All sets of one index are of the same length. */
export type Bits = Int32Array

export function setBit(bits: Bits, number: number): void {
  bits[number >> 5] = (bits[number >> 5] ?? 0) | (1 << (number & 31))
}

export function clearBit(bits: Bits, number: number): void {
  bits[number >> 5] = (bits[number >> 5] ?? 0) & ~(1 << (number & 31))
}

export function addAll(bits: Bits, more: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) | (more[word] ?? 0)
}

export function takeAway(bits: Bits, gone: Bits): Bits {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & ~(gone[word] ?? 0)
  return bits
}

/** Writes what is in both sets. */
export function meet(into: Bits, one: Bits, other: Bits): Bits {
  for (let word = 0; word < into.length; word++) into[word] = (one[word] ?? 0) & (other[word] ?? 0)
  return into
}

/** Whether one number is in both sets; with a third, in all three. */
export function hasAny(one: Bits, other: Bits, third: Bits = one): boolean {
  for (let word = 0; word < one.length; word++)
    if (((one[word] ?? 0) & (other[word] ?? 0) & (third[word] ?? 0)) !== 0) return true
  return false
}

export function numbersIn(bits: Bits): readonly number[] {
  const numbers: number[] = []
  for (let word = 0; word < bits.length; word++)
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) numbers.push(numberOf(word, rest))
  return numbers
}

/** Takes the items of these numbers over from one list into another. */
export function copyAt<Item>(into: Item[], from: readonly Item[], bits: Bits): void {
  for (let word = 0; word < bits.length; word++) copyWord(into, from, word, bits[word] ?? 0)
}

/** As `copyAt`, for the numbers of one word. */
export function copyWord<Item>(into: Item[], from: readonly Item[], word: number, bits: number): void {
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    const number = numberOf(word, rest)
    const item = from[number]
    if (item !== undefined) into[number] = item
  }
}

/** The number of the lowest bit of a word. */
export function numberOf(word: number, bits: number): number {
  return word * 32 + 31 - Math.clz32(bits & -bits)
}
