import { beforeAll, describe, expect, test } from '@jest/globals';
import { settled } from '../helpers/browser.ts';
import { startTestConsole } from '../helpers/test-console.ts';

/** What a button or link is called that would change something. */
const changing =
  /\b(new|create|add|invite|edit|rename|save|delete|merge|move|import|revoke|retry|apply|run now|pause|resume|clear|set|assign)\b/i;

const { api, openPage, problems } = await startTestConsole({
  users: {
    'admin@example.com': 'admin',
    'editor@example.com': 'editor',
    'viewer@example.com': 'viewer',
  },
});

beforeAll(async () => {
  await api.post('/api/admin/categories/import', {
    categories: [{ name: 'Groceries', patterns: ['walmart'] }],
  });
  await api.post('/api/integrations/transactions', {
    transactions: [
      {
        transaction_id: 't',
        account_id: 'acc-1',
        amount: '-1.00',
        currency: 'USD',
        date: '2026-01-15',
        merchant_name: 'CORNER SHOP',
      },
    ],
  });
});

/** Goes to each page of the navigation, and collects what is offered there. */
async function offers(role: string): Promise<{ pages: string[]; names: string[] }> {
  const page = await openPage('/admin/categories', { as: `${role}@example.com` });
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await navigation.getByRole('link', { name: 'Categories' }).waitFor();
  const pages = await navigation.getByRole('link').allInnerTexts();
  const names: string[] = [];
  for (const name of pages) {
    await navigation.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await settled(page);
    const snapshot = await page.getByRole('main').ariaSnapshot();
    for (const [, offer = ''] of snapshot.matchAll(/(?:button|link|menuitem) "([^"]+)"/g))
      names.push(offer);
  }
  return { pages, names };
}

describe.each([
  ['viewer', false, false],
  ['editor', true, false],
  ['admin', true, true],
])('%s', (role, mayChange, isAdmin) => {
  test(`is offered ${mayChange ? 'changes' : 'no change anywhere'}, ${isAdmin ? 'and' : 'nor'} users, keys and the system`, async () => {
    const { pages, names } = await offers(role);
    expect(pages).toEqual(expect.arrayContaining(['Dashboard', 'Transactions', 'System']));
    expect(pages.includes('Users')).toBe(isAdmin);
    expect(pages.includes('API keys')).toBe(isAdmin);
    const changes = names.filter((name) => changing.test(name));
    if (mayChange) expect(changes.length).toBeGreaterThan(0);
    else expect(changes).toEqual([]);
    expect(changes.some((name) => /clear caches/i.test(name))).toBe(isAdmin);
    expect(problems()).toEqual([]);
  }, 60_000);
});
