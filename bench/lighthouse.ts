import type { Figures } from './figure'
import type { Installation } from './installation'
export async function benchLighthouse(_i: Installation, _f: Figures): Promise<void> {}
