import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  accessibilityViolations,
  signInOn,
  startTestBrowser,
  type TestBrowser,
} from '../helpers/browser.ts';
import { insertUser } from '../helpers/sign-in.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

/** What web.dev calls good (https://web.dev/articles/cls). */
const maxLayoutShift = 0.1;

let stack: TestStack;
let browser: TestBrowser;
/** Below /admin. */
let addresses: string[];

beforeAll(async () => {
  stack = await startTestStack();
  browser = await startTestBrowser(stack.api.url);
  await insertUser(stack.api, 'admin@example.com', 'admin');
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
  const [row] = (await stack.api.get('/api/admin/transactions?q=walmart')).body;
  const [category] = (await stack.api.get('/api/admin/categories')).body;
  addresses = [
    '/',
    '/uncategorized-groups',
    '/categories',
    `/categories/${category.id}`,
    '/category-patterns',
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
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** How much moved on the page that nobody had asked for, since it was opened. */
const layoutShift = (page: Page): Promise<number> =>
  page.evaluate(
    `new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    })`,
  );

test.each([
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const)(
  'every page is accessible, holds still, fits its width and complains of nothing: %j',
  async (options) => {
    const { page, problems, close } = await browser.open(options);
    await page.goto('/admin/');
    await signInOn(page, 'admin@example.com');
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    const found: Record<string, unknown> = {};
    for (const address of addresses) {
      await page.goto(`/admin${address}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      const violations = await accessibilityViolations(page);
      const shift = await layoutShift(page);
      const width = (await page.evaluate('document.documentElement.scrollWidth')) as number;
      if (violations.length > 0 || shift > maxLayoutShift || width > options.width)
        found[address] = { violations, shift, width };
    }
    expect(found).toEqual({});
    expect(problems).toEqual([]);
    await close();
  },
  120_000,
);
