import { describe, expect, it } from 'vitest'
import { clientOf, platformOf } from './client-platform'

const edge =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36'

describe('the platform a browser says it runs on', () => {
  it.each([
    [edge, 'windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15', 'macOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile Safari', 'iOS'],
    ['Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15', 'iOS'],
    ['Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36', 'android'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'linux'],
    ['Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950)', 'windowsPhone'],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/150.0', null],
    ['curl/8.5.0', null],
    ['', null],
    [null, null],
  ])('%s: %s', (userAgent, platform) => {
    expect(platformOf(userAgent, null)).toBe(platform)
  })

  it.each([
    ['"macOS"', 'macOS'],
    ['"Android"', 'android'],
    ['"Chrome OS"', null],
    ['"Unknown"', 'windows'],
    ['', 'windows'],
    ['constructor', 'windows'],
  ])('the hint %s counts before the user agent: %s', (hint, platform) => {
    expect(platformOf(edge, hint)).toBe(platform)
  })

  it('comes with the address, and with a browser', () => {
    expect(clientOf({ clientAddress: '192.0.2.1', userAgent: edge })).toEqual({
      ...{ address: '192.0.2.1', platform: 'windows', clientApp: 'browser' },
    })
  })
})
