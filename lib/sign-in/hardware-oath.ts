import 'server-only'
import { judgeTokenCode } from '@/lib/authentication-methods/kinds/hardware-oath'
import { openTokenSecret } from '@/lib/hardware-oath/store/tokens'
import { recordUse, takeTokenStep } from '@/lib/registered-methods/store/use'
import type { Result } from '@/lib/result'
import type { Proven } from './going-on'
import type { SignInFailureCode } from './model'
import { openOrTell, type Verifying, verifyWithOath } from './second-factor'

/** A code of one of the person's hardware tokens: whichever it fits. The drift it teaches is kept. Failures as of an app. */
export function verifyWithToken(verifying: Verifying, code: string): Promise<Result<Proven, SignInFailureCode>> {
  return verifyWithOath(verifying, 'hardwareOath', async (tx, method, at) => {
    const { detail } = method
    if (detail.kind !== 'hardwareOath') return null
    const secret = await openOrTell(tx, verifying, method, at, () => openTokenSecret(detail))
    const verdict = secret && judgeTokenCode({ ...detail, secret }, code, at, 'signIn')
    if (!verdict) return null
    if (verdict.isUsed || !(await takeTokenStep(tx, method.id, verdict))) return 'used'
    await recordUse(tx, method.id, at)
    return 'taken'
  })
}
