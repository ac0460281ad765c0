import { afterAll, afterEach } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/role.ts';
import { show, startTestBrowser, type TestPage, type TestPageOptions } from './browser.ts';
import { leave, moveTo } from './console-page.ts';
import { insertUser, openSession } from './sign-in.ts';
import { startTestApi, type TestApi } from './test-api.ts';
import type { TestStack } from './test-stack.ts';

export interface ConsolePageOptions extends Omit<TestPageOptions, 'as'> {
  /** The e-mail address of who is signed in; null for nobody. The default is the suite's first user. */
  as?: string | null;
}

export interface TestConsole {
  api: TestApi;
  /**
   * Opens a page of somebody who is signed in, with nothing left of earlier pages except cached files. Nothing is
   * loaded yet. The page is closed after the test.
   */
  newPage(options?: ConsolePageOptions): Promise<Page>;
  /**
   * Opens a page at a path. A user who stays through all tests reuses the page of an earlier test. It goes to the path
   * inside the console and fetches its data again, which costs much less than loading the console.
   */
  openPage(path: string, options?: ConsolePageOptions): Promise<Page>;
  /** Returns what was wrong on the pages of this test; see TestPage. */
  problems(): string[];
}

export interface TestConsoleOptions {
  /** The roles by e-mail address of users who stay through all tests. */
  users?: Record<string, Role>;
  /** An API with a worker, or one with its own settings. The default is an API alone. */
  servers?: TestApi | TestStack;
}

/** Starts a browser on an API's console for the tests of the file that calls this, and stops it after them. */
export async function startTestConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const { users = {}, servers = await startTestApi() } = options;
  const api = 'api' in servers ? servers.api : servers;
  const browser = await startTestBrowser(api.url);
  for (const [email, role] of Object.entries(users)) await insertUser(api, email, role);
  const [firstUser = null] = Object.keys(users);
  let opened: OpenedPage[] = [];
  let kept: OpenedPage[] = [];

  afterEach(async () => {
    for (const one of opened) {
      if (one.isKept && (await leave(one.page))) kept.push(one);
      else await one.close();
    }
    opened = [];
  });
  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function open({ as = firstUser, ...look }: ConsolePageOptions, isKept: boolean) {
    const one = await browser.open({ ...look, as: as ?? 'nobody' });
    opened.push({ ...one, as, isKept });
    await beginAs(one.page, api, as);
    return one.page;
  }

  /** Returns the page of an earlier test, if there is one. */
  async function takeKept({ as = firstUser, ...look }: ConsolePageOptions): Promise<Page | null> {
    const one = kept.find((page) => page.as === as);
    if (one === undefined) return null;
    kept = kept.filter((page) => page !== one);
    opened.push(one);
    one.problems.length = 0;
    await show(one.page, look);
    return one.page;
  }

  return {
    api,
    newPage: (options = {}) => open(options, false),
    async openPage(path, options = {}) {
      const earlier = await takeKept(options);
      if (earlier !== null) {
        await moveTo(earlier, path);
        return earlier;
      }
      const { as = firstUser } = options;
      const page = await open(options, as !== null && as in users);
      await page.goto(path);
      return page;
    },
    problems: () => opened.flatMap(({ problems }) => problems),
  };
}

interface OpenedPage extends TestPage {
  as: string | null;
  isKept: boolean;
}

/** Sets cookies and storage as they are after signing in, which has its own tests, or as in a new browser. */
async function beginAs(page: Page, api: TestApi, email: string | null): Promise<void> {
  const context = page.context();
  await context.clearCookies();
  if (email !== null) {
    const user = await api.database('admin_users').where({ email }).first('id');
    const { Cookie } = await openSession(api, user.id);
    const [name, value] = Cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url: api.url, httpOnly: true, sameSite: 'Strict' }]);
  }
  // This runs once for each page, not after each load, so that what the console stores lasts.
  await page.addInitScript(`if (!sessionStorage.getItem('test.begun')) {
    localStorage.clear();
    ${email === null ? '' : "localStorage.setItem('tallyflow.signed-in', '1');"}
    sessionStorage.setItem('test.begun', '1');
  }`);
}
