import type { ServerResponse } from 'node:http'

/**
 * What is written of an answer in one turn of the event loop leaves in one write. The framework hands it over as its head, its
 * body and its end, and each write of a few bytes would wake the other side.
 *
 * Per answer and not per connection: Node itself writes its last word about what is no request and closes at once.
 */
export function gatherWrites(res: ServerResponse): void {
  let isGathering = false
  const gather = () => {
    const { socket } = res
    if (isGathering || !socket) return
    isGathering = true
    socket.cork()
    setImmediate(() => {
      isGathering = false
      socket.uncork()
    })
  }
  const gathered =
    <Given extends unknown[], Answer>(method: (this: ServerResponse, ...given: Given) => Answer) =>
    (...given: Given): Answer => {
      gather()
      return method.apply(res, given)
    }
  Object.assign(res, {
    flushHeaders: gathered(res.flushHeaders),
    write: gathered(res.write as (...given: unknown[]) => boolean),
    end: gathered(res.end as (...given: unknown[]) => ServerResponse),
  })
}
