import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8')
const light = colours(css.slice(css.indexOf('@theme {'), css.indexOf('@media (prefers-color-scheme: dark)')))
const dark = {
  ...light,
  ...colours(css.slice(css.indexOf('@media (prefers-color-scheme: dark)'), css.indexOf('@media (prefers-contrast'))),
}

const backgrounds = ['surface', 'surface-raised', 'surface-sunken', 'fold']
const softs = ['accent-soft', 'danger-soft', 'success-soft', 'warning-soft']

/** Text on what it stands on: at least 4.5 (WCAG 2.2 SC 1.4.3). */
const texts: [string, string][] = [
  ...[...backgrounds, ...softs].flatMap((on): [string, string][] => [
    ['text', on],
    ['text-muted', on],
  ]),
  ...backgrounds.flatMap((on): [string, string][] => [
    ['accent', on],
    ['accent-hover', on],
  ]),
  ...['surface', 'surface-raised', 'surface-sunken'].map((on): [string, string] => ['danger', on]),
  ['accent', 'accent-soft'],
  ['accent-hover', 'accent-soft'],
  ['danger', 'danger-soft'],
  ['success', 'success-soft'],
  ['warning', 'warning-soft'],
  ['accent-contrast', 'accent'],
  ['accent-contrast', 'accent-hover'],
  ['danger-contrast', 'danger'],
  ['danger-contrast', 'danger-hover'],
]

/** Boundaries of inputs, the focus ring, icons: at least 3 (SC 1.4.11). */
const boundaries: [string, string][] = [
  ...backgrounds.flatMap((on): [string, string][] => [
    ['border-strong', on],
    ['focus', on],
  ]),
  ...softs.map((on): [string, string] => ['focus', on]),
]

describe.each([
  ['light', light],
  ['dark', dark],
])('colours of the %s scheme', (_, scheme) => {
  it.each(texts)('text in %s can be read on %s', (text, on) => {
    expect(contrast(scheme[text], scheme[on])).toBeGreaterThanOrEqual(4.5)
  })

  it.each(boundaries)('%s stands out on %s', (line, on) => {
    expect(contrast(scheme[line], scheme[on])).toBeGreaterThanOrEqual(3)
  })
})

function colours(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/--color-([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  )
}

/** @see WCAG 2.2, "contrast ratio" */
function contrast(one: string | undefined, other: string | undefined): number {
  if (!one || !other) throw new Error('a role has no colour')
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
