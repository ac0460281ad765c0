/**
 * Takes the pictures of the console that README and docs show, into docs/images:
 *
 *   script/screenshots
 *
 * On a stack of its own, with generated transactions and the starter categories.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { generateTransactions } from '../../samples/generate-batch.ts';
import { addDays, todayUtc } from '../../src/domain/calendar-date.ts';
import { type ApiClient, createApiClient } from '../../src/local/demo/api-client.ts';
import { offerStarterCategories } from '../../src/local/demo/starter-categories.ts';
import { checkout } from '../../src/local/settings.ts';
import { withScratchStack } from '../../src/local/with-scratch-stack.ts';
import { signInOn, startTestBrowser } from '../helpers/browser.ts';
import { waitFor } from '../helpers/wait-for.ts';

const folder = path.join(checkout, 'docs/images');
const batchCount = 4;
const rowsPerBatch = 2_500;
/** Of the first admin, when nothing else is said. */
const adminEmail = 'admin@localhost';
const log = (message: string) => console.log(message);

/** Merchants of generated transactions that no starter pattern matches. */
const taughtMerchants: Record<string, string> = {
  'Blue Heron Provisions': 'Groceries',
  'Oma Lieselotte Feinkost': 'Groceries',
  'Old Quarry Ceramics': 'Home & garden',
  'Pemberton Ironmongers': 'Home & garden',
  'Redgum Joinery': 'Home & garden',
  'Marrow & Vine': 'Restaurants',
  'Tio Anselmo': 'Restaurants',
  'Harbour Light Deli': 'Restaurants',
  'Little Wren Bakehouse': 'Coffee',
  'Copper Kettle Tearoom': 'Coffee',
  'Northside Cycle Works': 'Fitness & sport',
  'Thistle and Thread': 'Clothing',
  'Zażółć Gęślą': 'Restaurants',
  'Nonna Pina': 'Restaurants',
};

interface Category {
  id: number;
  name: string;
}

interface Row {
  id: number;
}

interface Shot {
  name: string;
  /** Below /admin. */
  path: string;
  /** Something that stands there once the page is whole. */
  text: string | RegExp;
  prepare?: (page: Page) => Promise<void>;
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof startTestBrowser>>['open']>>['page'];

await mkdir(folder, { recursive: true });
await withScratchStack(async ({ baseUrl, apiKey, adminPassword }, signal) => {
  const api = createApiClient(baseUrl, apiKey, signal);
  await offerStarterCategories(api, { isWanted: true, log, signal });
  for (let seed = 1; seed <= batchCount; seed++) {
    const transactions = generateTransactions({ count: rowsPerBatch, seed, days: 120 });
    await api.request('POST', '/api/integrations/transactions', {
      request_id: `core-banking ${addDays(todayUtc(), seed - batchCount)}`,
      transactions,
    });
  }
  const open = '/api/admin/batches?status_ne=completed&_end=1';
  await waitFor(async () => (await api.request<unknown[]>('GET', open)).body.length === 0);
  await teach(api);
  // Arrives after the training, so that categorizers in shadow decide about it.
  await api.request('POST', '/api/integrations/transactions', {
    request_id: `core-banking ${todayUtc()} late`,
    transactions: generateTransactions({ count: rowsPerBatch, seed: 100, days: 2 }),
  });
  await waitFor(async () => (await api.request<unknown[]>('GET', open)).body.length === 0);
  await api.request('POST', '/api/admin/recategorizations', { scope: 'uncategorized' });

  const [batch] = (await api.request<{ id: string }[]>('GET', '/api/admin/batches')).body;
  const browser = await startTestBrowser(baseUrl);
  try {
    const { page } = await browser.open({ as: adminEmail });
    await page.goto('/admin/');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.screenshot({ path: path.join(folder, 'sign-in.png') });
    await signIn(page, adminPassword);
    for (const shot of shots(batch?.id ?? '')) await take(page, shot);
    const dark = await browser.open({ as: adminEmail, colorScheme: 'dark' });
    await signIn(dark.page, adminPassword);
    await take(dark.page, {
      name: 'dashboard-dark',
      path: '/',
      text: 'Largest uncategorized merchants',
    });
    const phone = await browser.open({ as: adminEmail, width: 390 });
    await signIn(phone.page, adminPassword);
    await take(phone.page, { name: 'transactions-phone', path: '/transactions', text: 'Amount' });
  } finally {
    await browser.close();
  }
}, log);

/** Sets categories by hand, as people would, and trains with them. */
async function teach(api: ApiClient): Promise<void> {
  const { body: categories } = await api.request<Category[]>(
    'GET',
    '/api/admin/categories?_end=100',
  );
  const idOf = new Map(categories.map(({ id, name }) => [name, id]));
  const setByHand = async (query: string, categoryId: number | undefined): Promise<void> => {
    const { body: rows } = await api.request<Row[]>('GET', `/api/admin/transactions?${query}`);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0)
      await api.request('POST', '/api/admin/transactions/bulk-set-category', {
        ids,
        category_id: categoryId,
      });
  };
  for (const [merchant, category] of Object.entries(taughtMerchants))
    await setByHand(
      new URLSearchParams({ uncategorized: 'true', q: merchant, _end: '3' }).toString(),
      idOf.get(category),
    );
  // Nobody can tell what these are for, so a person decides about all of them.
  await setByHand('uncategorized=true&q=REF&_end=500', idOf.get('Transfers'));
  // What patterns decided rightly.
  for (const id of idOf.values())
    await setByHand(`category_source=pattern&category_id=${id}&_end=40`, id);
  const { body: training } = await api.request<{ id: string }>(
    'POST',
    '/api/admin/learning/trainings',
    {},
  );
  const path = `/api/admin/learning/trainings/${training.id}`;
  await waitFor(
    async () => (await api.request<{ status: string }>('GET', path)).body.status !== 'running',
    120_000,
  );
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.goto('/admin/');
  await signInOn(page, adminEmail, password);
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
}

async function take(page: Page, { name, path: place, text, prepare }: Shot): Promise<void> {
  await page.goto(`/admin${place}`);
  await page.getByText(text).first().waitFor();
  await prepare?.(page);
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  log(`docs/images/${name}.png`);
}

function shots(batchId: string): Shot[] {
  return [
    { name: 'dashboard', path: '/', text: 'Largest uncategorized merchants' },
    {
      name: 'uncategorized',
      path: '/uncategorized-groups',
      text: /uncategorized transactions from/,
      async prepare(page) {
        await page
          .getByText(/^Suggested:/)
          .first()
          .waitFor();
        await page.keyboard.press('ArrowDown');
      },
    },
    { name: 'confirm-decisions', path: '/confirm-decisions', text: / answered$/ },
    { name: 'categorizers', path: '/categorizers', text: /trained/ },
    { name: 'evaluation', path: '/evaluation', text: 'By category' },
    { name: 'categories', path: '/categories', text: 'Groceries' },
    {
      name: 'category',
      path: '/categories',
      text: 'Groceries',
      async prepare(page) {
        await page.getByRole('link', { name: 'Groceries' }).click();
        await page.getByRole('heading', { name: 'Groceries' }).waitFor();
      },
    },
    { name: 'patterns', path: '/category-patterns', text: 'Priority' },
    {
      name: 'pattern-tester',
      path: '/pattern-tester',
      text: 'Merchant',
      async prepare(page) {
        await page.getByRole('textbox').first().fill('WALMART SUPERCENTER #123');
        await page.getByText('walmart').first().waitFor();
      },
    },
    { name: 'recategorizations', path: '/recategorizations', text: 'completed' },
    { name: 'transactions', path: '/transactions', text: 'Amount' },
    {
      name: 'transaction',
      path: '/transactions',
      text: 'Amount',
      async prepare(page) {
        await page.getByRole('row').nth(2).click();
        await page.getByRole('dialog').waitFor();
        await page.locator('mark').first().waitFor();
      },
    },
    { name: 'batches', path: '/batches', text: 'core-banking' },
    { name: 'batch', path: `/batches/${batchId}`, text: 'completed' },
    { name: 'account', path: '/accounts/acc-0001', text: 'Groceries' },
    { name: 'audit-log', path: '/audit-log', text: 'created' },
    { name: 'users', path: '/users', text: adminEmail },
    { name: 'api-keys', path: '/api-keys', text: 'Scopes' },
    { name: 'system', path: '/system', text: 'PostgreSQL' },
  ];
}
