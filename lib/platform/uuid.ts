const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether the text is an id: text that is none never reaches a uuid column, which would answer with an error instead of "not there". */
export function isUuid(text: string): boolean {
  return shape.test(text)
}
