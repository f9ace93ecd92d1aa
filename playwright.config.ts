import { existsSync } from 'node:fs'
import { chromium, defineConfig } from '@playwright/test'

// Playwright's own Chromium where it could be downloaded, the system's otherwise.
const systemChromium = '/usr/bin/chromium'
const executablePath = existsSync(chromium.executablePath()) ? undefined : systemChromium
const asRoot = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  globalSetup: './tests/support/e2e-global.ts',
  // Journeys change shared people and policies, and the clock is one for all: one after the other.
  workers: 1,
  fullyParallel: false,
  // Generous, so that a machine with other work to do is slow and not wrong.
  timeout: 300_000,
  expect: { timeout: 20_000 },
  // The browser itself hangs now and then while it closes; scripts/test.mjs takes no other reason for a second try.
  retries: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    baseURL: process.env.E2E_ORIGIN,
    actionTimeout: 60_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    // A trace films the page all the time, which takes as much of the machine as the browser itself.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: process.getuid?.() === 0 ? asRoot : [],
    },
    // The server trusts this machine as a proxy, so a test says where its person is: untrusted unless it says otherwise.
    extraHTTPHeaders: { 'X-Forwarded-For': '198.51.100.23' },
  },
  projects: [
    { name: 'chromium', use: { viewport: { width: 1280, height: 900 } }, testIgnore: /(mobile|noscript)\.spec\.ts$/ },
    { name: 'mobile', use: { viewport: { width: 320, height: 720 } }, testMatch: /mobile\.spec\.ts$/ },
    {
      name: 'noscript',
      use: { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false },
      testMatch: /noscript\.spec\.ts$/,
    },
  ],
})
