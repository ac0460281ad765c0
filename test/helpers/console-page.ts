import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { untilTrue } from './browser.ts';

/** Goes to a path as the browser's back button does, without loading the console again. */
export async function moveTo(page: Page, path: string): Promise<void> {
  const state = { usr: null, key: randomUUID(), idx: 0 };
  await page.evaluate(`history.pushState(${JSON.stringify(state)}, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }));`);
}

/**
 * Goes to an address that has no page, and forgets what was fetched. From there the console continues as if it had just
 * been loaded.
 */
export async function moveNowhere(page: Page): Promise<void> {
  await moveTo(page, '/admin/nowhere');
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await untilTrue(page, forgetFetched);
}

/** Discards what a test has opened, typed and fetched, so that the next test can use the page. Returns whether it can. */
export async function leave(page: Page): Promise<boolean> {
  if ((await page.locator('#content').count()) === 0) return false;
  await page.keyboard.press('Escape');
  // The pointer must not rest on a part of the next page.
  await page.mouse.move(0, 0);
  try {
    await moveNowhere(page);
  } catch {
    // A list that was still writing its filters into the address has gone back to it.
    return false;
  }
  await page.evaluate(closeNotifications);
  await page.locator('.ant-notification-notice').first().waitFor({ state: 'detached' });
  return (await page.locator('[role="dialog"]:visible').count()) === 0;
}

/**
 * Whether no change is under way, and nothing that was fetched is left except who is signed in. The console does not
 * publish its query client, so it is found in React's tree.
 */
const forgetFetched = `(() => {
  const root = document.getElementById('root');
  const container = Object.keys(root).find((key) => key.startsWith('__reactContainer$'));
  const fibers = [root[container].stateNode.current];
  for (const fiber of fibers) {
    const client = fiber.memoizedProps?.client;
    if (client?.removeQueries !== undefined) {
      if (client.isMutating() > 0) return false;
      client.removeQueries({ type: 'inactive' });
      return true;
    }
    fibers.push(...[fiber.child, fiber.sibling].filter((one) => one !== null));
  }
  throw new Error('There is no query client in the console.');
})()`;

const closeNotifications = `for (const button of document.querySelectorAll('.ant-notification-notice-close'))
  button.click();`;
