import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { untilTrue } from './browser.ts';

/** Goes to a path as the browser's own arrows do, without loading the console again. */
export async function moveTo(page: Page, path: string): Promise<void> {
  const state = { usr: null, key: randomUUID(), idx: 0 };
  await page.evaluate(`history.pushState(${JSON.stringify(state)}, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }));`);
}

/**
 * Goes to an address that has no page, and forgets what was fetched: from there the console goes on as
 * one that was loaded just now.
 */
export async function moveNowhere(page: Page): Promise<void> {
  await moveTo(page, '/admin/nowhere');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await untilTrue(page, forgetFetched);
}

/** Gives up what a test has opened, typed and fetched, for the sake of the next one. Whether that went well. */
export async function leave(page: Page): Promise<boolean> {
  if ((await page.locator('#content').count()) === 0) return false;
  await page.keyboard.press('Escape');
  // Nothing of the next page is under the pointer by chance.
  await page.mouse.move(0, 0);
  try {
    await moveNowhere(page);
  } catch {
    // A list that was still on the way to write its filters into the address has gone back there.
    return false;
  }
  await page.evaluate(closeNotifications);
  await page.locator('.ant-notification-notice').first().waitFor({ state: 'detached' });
  return (await page.locator('[role="dialog"]:visible').count()) === 0;
}

/**
 * True once nothing is being changed any more, and nothing is left of what was fetched but who is
 * signed in. The console hands its query client to nobody; React's tree has it.
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
