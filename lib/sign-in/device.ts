/**
 * A browser and its system in words people know, from the user agent it sent: "Firefox on Linux". For recognising one's
 * own devices only; anybody can send anything, so nothing is decided by it. Null when nothing is recognised.
 */
export function deviceName(userAgent: string | null): string | null {
  const { browser, system } = deviceParts(userAgent)
  return browser && system ? `${browser} on ${system}` : (browser ?? system)
}

/** The same as two words; each null where it is not recognised. */
export function deviceParts(userAgent: string | null): {
  readonly browser: string | null
  readonly system: string | null
} {
  if (!userAgent) return { browser: null, system: null }
  return { browser: first(browsers, userAgent), system: first(systems, userAgent) }
}

function first(names: readonly (readonly [RegExp, string])[], userAgent: string): string | null {
  return names.find(([sign]) => sign.test(userAgent))?.[1] ?? null
}

/** Most browsers also name those they descend from, so the more special ones come first. */
const browsers = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|Opera|OPT)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
] as const

const systems = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(intosh| OS X)\b/, 'Mac'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
] as const
