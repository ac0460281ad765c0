import { afterAll, afterEach } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../src/domain/role.ts';
import { startTestBrowser, type TestPage, type TestPageOptions } from './browser.ts';
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
   * A page of somebody who is signed in already, with nothing left of earlier pages but cached files;
   * it is closed after the test. Nothing is loaded yet.
   */
  newPage(options?: ConsolePageOptions): Promise<Page>;
  /** Such a page, at a path. */
  openPage(path: string, options?: ConsolePageOptions): Promise<Page>;
  /** What was wrong on the pages of this test; see TestPage. */
  problems(): string[];
}

export interface TestConsoleOptions {
  /** Roles by e-mail address, of users that stay through all tests. */
  users?: Record<string, Role>;
  /** With a worker, or with settings of its own; an API alone unless it is given. */
  servers?: TestApi | TestStack;
}

/** A browser on an API's console, for the tests of the file that calls this, and stopped after them. */
export async function startTestConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const { users = {}, servers = await startTestApi() } = options;
  const api = 'api' in servers ? servers.api : servers;
  const browser = await startTestBrowser(api.url);
  for (const [email, role] of Object.entries(users)) await insertUser(api, email, role);
  const [firstUser = null] = Object.keys(users);
  let opened: TestPage[] = [];

  afterEach(async () => {
    for (const { close } of opened) await close();
    opened = [];
  });
  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function newPage(options: ConsolePageOptions = {}): Promise<Page> {
    const { as = firstUser, ...pageOptions } = options;
    const one = await browser.open({ ...pageOptions, as: as ?? 'nobody' });
    opened.push(one);
    await beginAs(one.page, api, as);
    return one.page;
  }

  return {
    api,
    newPage,
    async openPage(path, pageOptions) {
      const page = await newPage(pageOptions);
      await page.goto(path);
      return page;
    },
    problems: () => opened.flatMap(({ problems }) => problems),
  };
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
