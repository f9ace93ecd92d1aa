import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e'
import { aNewJoiner, registerApp } from '../support/journey'

/** A screen reader says a page's title when it opens: on the way from one page to the next there is always one. */

/** Every title that the page shows from now on, in order: '' where there was none for a moment. */
async function collectTitles(page: Page): Promise<readonly string[]> {
  const titles: string[] = []
  await page.exposeFunction('onTitle', (title: string) => titles.push(title))
  await page.addInitScript(() => {
    let last: string | undefined
    new MutationObserver(() => {
      if (document.readyState === 'loading' || document.title === last) return
      last = document.title
      ;(window as unknown as { onTitle(title: string): void }).onTitle(last)
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  return titles
}

test('no page on the way is without a title, not even for a moment', async ({ page, world }) => {
  const titles = await collectTitles(page)
  const missing: string[] = []
  page.on('response', (response) => response.status() === 404 && missing.push(response.url()))
  await registerApp(page, await aNewJoiner(world, 'tara'))
  expect(titles).toEqual(expect.arrayContaining(['Sign in · Twofold', 'Security info · Twofold']))
  expect(titles).not.toContain('')
  expect(missing).toEqual([])
  await expect(page.locator('head link[rel=icon]')).toHaveCount(1)
})
