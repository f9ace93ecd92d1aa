import type { DevicePlatform } from './conditions-model'
import type { Context } from './decision'

/** What a request says of where it comes from; address by the entry of the process, the rest by the browser's word. */
export type RequestOrigin = {
  readonly clientAddress: string | null
  readonly userAgent: string | null
  /** The header `Sec-CH-UA-Platform`, as it came. */
  readonly platformHint?: string | null
}

/** A request as the decision sees it. Every door of this product is opened by a browser. */
export function clientOf(origin: RequestOrigin): Pick<Context, 'address' | 'platform' | 'clientApp'> {
  return {
    address: origin.clientAddress,
    platform: platformOf(origin.userAgent, origin.platformHint ?? null),
    clientApp: 'browser',
  }
}

/**
 * The platform that a browser says it runs on; null when it says none that policies name. The hint is a word made for
 * this question and counts before the text of the user agent. Nobody checks either: a policy on platforms guides honest
 * browsers and stops nobody who lies, and the policy's page says so.
 *
 * @see `30` §1, W3C UA-CH §3.6
 */
export function platformOf(userAgent: string | null, hint: string | null): DevicePlatform | null {
  const hinted = hint?.replaceAll('"', '').trim().toLowerCase() ?? ''
  if (Object.hasOwn(hints, hinted)) return hints[hinted] ?? null
  return signs.find(([sign]) => sign.test(userAgent ?? ''))?.[1] ?? null
}

/** Known words, some of which are no platform of policies; any other word says nothing. */
const hints: Readonly<Record<string, DevicePlatform | null>> = {
  android: 'android',
  ios: 'iOS',
  windows: 'windows',
  macos: 'macOS',
  linux: 'linux',
  'chrome os': null,
  'chromium os': null,
  fuchsia: null,
}

/** Many systems also name those they resemble, so the more special ones come first. */
const signs: readonly (readonly [RegExp, DevicePlatform | null])[] = [
  [/\bWindows Phone\b/, 'windowsPhone'],
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'android'],
  [/\bWindows\b/, 'windows'],
  [/\bCrOS\b/, null],
  [/\bMac(intosh| OS X)\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'linux'],
]
