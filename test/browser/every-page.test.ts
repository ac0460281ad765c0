import { beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations, looks, settled } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';
import { startTestStack } from '../helpers/test-stack.ts';

/** What web.dev calls good (https://web.dev/articles/cls). */
const maxLayoutShift = 0.1;

const stack = await startTestStack();
const { openPage, problems } = await startTestConsole({
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

test.each(looks)(
  'every page is accessible, holds still, fits its width and complains of nothing: %j',
  async (look) => {
    const page = await openPage('/admin/', look);
    const found: Record<string, unknown> = {};
    for (const address of addresses) {
      await page.goto(`/admin${address}`);
      await settled(page);
      const violations = await accessibilityViolations(page);
      const shift = await layoutShift(page);
      const width = (await page.evaluate('document.documentElement.scrollWidth')) as number;
      if (violations.length > 0 || shift > maxLayoutShift || width > look.width)
        found[address] = { violations, shift, width };
    }
    expect(found).toEqual({});
    expect(problems()).toEqual([]);
  },
  120_000,
);
