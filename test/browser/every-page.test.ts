import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations, looks, settled } from '../helpers/browser.ts';
import { moveNowhere, moveTo } from '../helpers/console-page.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { startTestStack } from '../helpers/test-stack.ts';

/** What web.dev calls good (https://web.dev/articles/cls). */
const maxLayoutShift = 0.1;

const stack = await startTestStack();
const { newPage, problems } = await startTestConsole({
  users: { 'admin@example.com': 'admin', 'viewer@example.com': 'viewer' },
  servers: stack,
});
/** Below /admin. */
let addresses: string[];

beforeAll(async () => {
  await stack.api.post('/api/admin/categories/import', {
    categories: [{ name: 'Groceries', patterns: ['walmart', 'whole foods'] }],
  });
  const today = new Date().toISOString().slice(0, 10);
  const batchId = await stack.process([
    { merchantName: 'WALMART #1', date: today, amount: '-12.30' },
    { merchantName: 'Corner Shop', date: today, amount: '-1.00', currency: 'EUR' },
    { merchantName: 'Employer', date: today, amount: '1000.00' },
  ]);
  await stack.api.post('/api/admin/recategorizations', {});
  await stack.api.post('/api/admin/api-keys', { name: 'core banking', scopes: ['read'] });
  const [row] = (await stack.api.get('/api/admin/transactions?q=walmart')).body;
  const [category] = (await stack.api.get('/api/admin/categories')).body;
  addresses = [
    '/',
    '/uncategorized-groups',
    '/confirm-decisions',
    '/categories',
    `/categories/${category.id}`,
    '/category-patterns',
    '/categorizers',
    '/evaluation',
    '/recategorizations',
    '/pattern-tester',
    '/transactions',
    `/transactions/${row.id}`,
    '/transactions?filters[0][field]=account_id&filters[0][operator]=eq&filters[0][value]=nobody',
    '/accounts',
    '/accounts/acc-1',
    '/batches',
    `/batches/${batchId}`,
    '/api-keys',
    '/users',
    '/audit-log',
    '/system',
    '/nowhere',
  ];
});

/** Loads the console at an address. Returns since when the page is there, as the page's clock has it. */
async function load(page: Page, address: string): Promise<number> {
  await page.goto(`/admin${address}`);
  return 0;
}

/** Comes to an address from another page of the console, without a key or click: what follows one may move. */
async function walk(page: Page, address: string): Promise<number> {
  if (page.url() === 'about:blank') await load(page, '/no/page');
  await moveNowhere(page);
  const since = (await page.evaluate('performance.now()')) as number;
  if (address !== '/nowhere') {
    await moveTo(page, `/admin${address}`);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor({ state: 'detached' });
  }
  return since;
}

/** How much moved on the page that nobody had asked for. */
const layoutShift = (page: Page, since: number): Promise<number> =>
  page.evaluate(
    `new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          if (entry.startTime >= ${since} && !entry.hadRecentInput) sum += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    })`,
  );

// Loading costs several times what walking does, and walking the same pages shows the other look as well.
test.each([
  ['loaded', looks[0], load],
  ['walked to', looks[1], walk],
] as const)(
  'every page is accessible, holds still, fits its width and complains of nothing: %s, %j',
  async (_, look, arrive) => {
    const page = await newPage(look);
    const found: Record<string, unknown> = {};
    for (const address of addresses) {
      const since = await arrive(page, address);
      await settled(page);
      const violations = await accessibilityViolations(page);
      const shift = await layoutShift(page, since);
      const width = (await page.evaluate('document.documentElement.scrollWidth')) as number;
      if (violations.length > 0 || shift > maxLayoutShift || width > look.width)
        found[address] = { violations, shift, width };
    }
    expect(found).toEqual({});
    expect(problems()).toEqual([]);
  },
  120_000,
);
