import { randomUUID } from 'node:crypto';
import { afterAll, afterEach } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/role.ts';
import { show, startTestBrowser, type TestPage, type TestPageOptions } from './browser.ts';
import { insertUser, openSession } from './sign-in.ts';
import { startTestApi, type TestApi } from './test-api.ts';
import type { TestStack } from './test-stack.ts';

export interface ConsolePageOptions extends Omit<TestPageOptions, 'as'> {
  /** E-mail address of who is signed in; null for nobody. The suite's first user unless it is given. */
  as?: string | null;
}

export interface TestConsole {
  api: TestApi;
  /**
   * A page of somebody who is signed in already, with nothing left of earlier pages but cached files.
   * Nothing is loaded yet. It is closed after the test, unless pages are kept.
   */
  newPage(options?: ConsolePageOptions): Promise<Page>;
  /** Such a page, at a path; where pages are kept, that of an earlier test, which moves there inside the console. */
  openPage(path: string, options?: ConsolePageOptions): Promise<Page>;
  /** What was wrong on the pages of this test; see TestPage. */
  problems(): string[];
}

export interface TestConsoleOptions {
  /** Roles by e-mail address, of users that stay through all tests. */
  users?: Record<string, Role>;
  /** With a worker, or with settings of its own; an API alone unless it is given. */
  servers?: TestApi | TestStack;
  /**
   * For a file whose data stays as it is: a person's page goes from test to test, which costs a fraction
   * of loading the console. What it has fetched counts as fresh for some seconds.
   */
  keepsPages?: boolean;
}

/** A browser on an API's console, for the tests of the file that calls this, and stopped after them. */
export async function startTestConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const { users = {}, servers = await startTestApi(), keepsPages = false } = options;
  const api = 'api' in servers ? servers.api : servers;
  const browser = await startTestBrowser(api.url);
  for (const [email, role] of Object.entries(users)) await insertUser(api, email, role);
  const [firstUser = null] = Object.keys(users);
  let opened: OpenedPage[] = [];
  let kept: OpenedPage[] = [];

  afterEach(async () => {
    if (keepsPages) kept = [...kept, ...opened];
    else for (const { close } of opened) await close();
    opened = [];
  });
  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function newPage(options: ConsolePageOptions = {}): Promise<Page> {
    const { as = firstUser, ...pageOptions } = options;
    const one = await browser.open({ ...pageOptions, as: as ?? 'nobody' });
    opened.push({ ...one, as });
    await beginAs(one.page, api, as);
    return one.page;
  }

  /** The page of an earlier test, unless that has left it where nothing else can begin. */
  async function takeKept({ as = firstUser, ...look }: ConsolePageOptions): Promise<Page | null> {
    const one = kept.find((page) => page.as === as);
    if (one === undefined) return null;
    kept = kept.filter((page) => page !== one);
    await show(one.page, look);
    if (!(await leave(one.page))) {
      await one.close();
      return null;
    }
    one.problems.length = 0;
    opened.push(one);
    return one.page;
  }

  return {
    api,
    newPage,
    async openPage(path, pageOptions = {}) {
      const earlier = await takeKept(pageOptions);
      if (earlier !== null) {
        await moveTo(earlier, path);
        return earlier;
      }
      const page = await newPage(pageOptions);
      await page.goto(path);
      return page;
    },
    problems: () => opened.flatMap(({ problems }) => problems),
  };
}

interface OpenedPage extends TestPage {
  as: string | null;
}

/** Goes to a path as the browser's own arrows do, without loading the console again. */
export async function moveTo(page: Page, path: string): Promise<void> {
  const state = { usr: null, key: randomUUID(), idx: 0 };
  await page.evaluate(`history.pushState(${JSON.stringify(state)}, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }));`);
}

/** Gives up what was opened or typed, by way of an address that has no page. Whether that went well. */
async function leave(page: Page): Promise<boolean> {
  if ((await page.locator('#content').count()) === 0) return false;
  await page.keyboard.press('Escape');
  await moveTo(page, '/admin/nowhere');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  return (await page.locator('[role="dialog"]:visible').count()) === 0;
}

/** Cookies and storage as after a sign-in, which has tests of its own, or as before the first one. */
async function beginAs(page: Page, api: TestApi, email: string | null): Promise<void> {
  const context = page.context();
  await context.clearCookies();
  if (email !== null) {
    const user = await api.database('admin_users').where({ email }).first('id');
    const { Cookie } = await openSession(api, user.id);
    const [name, value] = Cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url: api.url, httpOnly: true, sameSite: 'Strict' }]);
  }
  // Once a page, not after each load: what the console itself stores has to last.
  await page.addInitScript(`if (!sessionStorage.getItem('test.begun')) {
    localStorage.clear();
    ${email === null ? '' : "localStorage.setItem('tallyflow.signed-in', '1');"}
    sessionStorage.setItem('test.begun', '1');
  }`);
}
