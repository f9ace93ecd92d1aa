import 'server-only'
import { fail, ok, type Result } from '@/lib/result'
import { contextLines, readContextLines } from '../contexts-model'
import { contextsVersion, listContexts, replaceContexts } from '../contexts-store'
import type { ConditionalAccessFailureCode } from '../model'
import { type Asking, change } from './change'

/** Names the authentication contexts anew, from the lines of a form. Fails with `invalid_contexts`, `changed_meanwhile`. */
export function nameContexts(
  asking: Asking,
  lines: string,
  version: number,
): Promise<Result<undefined, ConditionalAccessFailureCode>> {
  const kind = { activity: 'contextsUpdated', right: 'conditionalAccess.update', target: 'tenant' } as const
  return change(asking, kind, async (the) => {
    const contexts = readContextLines(lines)
    if (!contexts) return fail('invalid', 'conditionalAccess.invalid_contexts', { field: 'contexts' })
    if ((await contextsVersion(the.tx)) !== version) return fail('refused', 'conditionalAccess.changed_meanwhile')
    const before = await listContexts(the.tx)
    // The names as they are: nothing to write down.
    if (contextLines(before) === contextLines(contexts)) return ok()
    await replaceContexts(the.tx, contexts, the.at)
    await the.log({ id: 'authenticationContexts', displayName: 'authenticationContexts' }, before, contexts)
    return ok()
  })
}
