import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeviceAttributes, readDeviceFilter } from './device-filter'

const laptop: DeviceAttributes = {
  isCompliant: true,
  operatingSystem: 'Windows',
  operatingSystemVersion: '10.0.22631',
  manufacturer: 'Harbor "Works"',
  trustType: 'ServerAD',
  extensionAttribute3: 'Finance',
  physicalIds: ['[OrderId]:7', '[ZTDID]:abc'],
  displayName: null,
}
const matches = (rule: string, device: DeviceAttributes) => {
  const read = readDeviceFilter(rule)
  if (!read.ok) throw new Error(JSON.stringify(read.trouble))
  return read.matches(device)
}

describe('a device filter', () => {
  it.each<[string, boolean, boolean]>([
    // rule, the laptop, a device of which nothing is known
    ['device.isCompliant -eq True', true, false],
    ['device.isCompliant -eq false', false, false],
    ['device.isCompliant -ne True', false, true],
    ['device.operatingSystem -eq "windows"', true, false],
    ['DEVICE.OPERATINGSYSTEM -EQ "Windows"', true, false],
    ['device.operatingSystem -startsWith "Win"', true, false],
    ['device.operatingSystem -notStartsWith "Win"', false, true],
    ['device.operatingSystemVersion -endsWith ".22631"', true, false],
    ['device.operatingSystemVersion -notEndsWith ".22631"', false, true],
    ['device.extensionAttribute3 -contains "nan"', true, false],
    ['device.extensionAttribute3 -notContains "nan"', false, true],
    ['device.operatingSystem -in ["Windows", "macOS"]', true, false],
    ['device.operatingSystem -notIn ("Linux", "macOS")', true, true],
    ['device.physicalIds -contains "[ZTDID]:ABC"', true, false],
    ['device.physicalIds -notContains "[ZTDID]:abc"', false, true],
    ['device.manufacturer -eq "Harbor `"Works`""', true, false],
    ['device.displayName -eq null', true, true],
    ['device.model -ne null', false, false],
    ['-not device.isCompliant -eq True', false, true],
    ['device.isCompliant -eq True -and device.trustType -eq "Workplace"', false, false],
    ['device.isCompliant -eq True -or device.trustType -eq "Workplace"', true, false],
    // -and binds more than -or, -not more than both.
    ['device.trustType -eq "ServerAD" -or device.isCompliant -eq True -and device.model -eq "x"', true, false],
    ['(device.trustType -eq "ServerAD" -or device.isCompliant -eq True) -and device.model -eq "x"', false, false],
    ['-not device.isCompliant -eq True -or device.operatingSystem -eq "Windows"', true, true],
    ['-not (device.isCompliant -eq True -or device.operatingSystem -eq "Windows")', false, true],
  ])('%s', (rule, laptopMatches, unknownMatches) => {
    expect([matches(rule, laptop), matches(rule, {})]).toEqual([laptopMatches, unknownMatches])
  })

  it.each<[string, number, string, string]>([
    ['', 1, '', 'attribute'],
    ['device.mood -eq "x"', 1, 'device.mood', 'attribute'],
    ['isCompliant -eq True', 1, 'isCompliant', 'attribute'],
    ['device.isCompliant', 19, '', 'operator'],
    ['device.isCompliant eq True', 20, 'eq', 'operator'],
    ['device.isCompliant -startsWith "T"', 20, '-startsWith', 'operator'],
    ['device.isCompliant -eq "True"', 24, 'True', 'value'],
    ['device.model -eq Surface', 18, 'Surface', 'value'],
    ['device.model -eq "Surface', 18, '"', 'value'],
    ['device.model -in ["a", ]', 24, ']', 'value'],
    ['device.model -in ["a"', 22, '', 'closing'],
    ['(device.isCompliant -eq True', 29, '', 'closing'],
    ['device.isCompliant -eq True)', 28, ')', 'end'],
    ['device.isCompliant -eq True device.isCompliant -eq True', 29, 'device.isCompliant', 'end'],
    [`${'('.repeat(100)}`, 65, '(', 'lessNesting'],
    [`${'-not '.repeat(100)}`, 321, '-not', 'lessNesting'],
  ])('%j is refused at character %i', (rule, position, found, expected) => {
    expect(readDeviceFilter(rule)).toEqual({ ok: false, trouble: { position, found, expected } })
  })

  it('any text is read or refused at a place inside it, and never both', () => {
    const words = fc.constantFrom(
      'device.model',
      'device.isCompliant',
      '-eq',
      '-in',
      '-and',
      '-not',
      '(',
      ')',
      '"a"',
      'True',
    )
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.array(words, { maxLength: 20 }).map((each) => each.join(' ')),
    )
    fc.assert(
      fc.property(text, (rule) => {
        const read = readDeviceFilter(rule)
        if (read.ok) expect(typeof read.matches(laptop)).toBe('boolean')
        else expect(read.trouble.position).toBeLessThanOrEqual(rule.length + 1)
      }),
    )
  })

  it('-not is the opposite, for every device', () => {
    fc.assert(
      fc.property(fc.option(fc.boolean()), fc.option(fc.string()), (isCompliant, model) => {
        const rule = 'device.isCompliant -eq True -and device.model -contains "a"'
        const device = { isCompliant, model }
        expect(matches(`-not (${rule})`, device)).toBe(!matches(rule, device))
      }),
    )
  })
})
