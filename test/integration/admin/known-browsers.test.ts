import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { browserLookUpsPerAddress } from '../../../src/api/admin/session/sign-in-limit.ts';
import { insertUser, openSession, testPassword } from '../../helpers/sign-in.ts';
import { type Problem, startTestApi, type TestApi } from '../../helpers/test-api.ts';

const path = '/api/admin/session';
const attempts = 10;
let api: TestApi;
let email: string;
let userId: number;
let count = 0;
let addresses = 0;

beforeAll(async () => {
  // Each browser has a network of its own, whose limit is not what is tested here.
  api = await startTestApi({ config: { TRUSTED_PROXY_HOPS: 1 } });
});
afterAll(() => api.stop());
beforeEach(async () => {
  email = `known${count++}@example.com`;
  userId = await insertUser(api, email, 'viewer');
});

/** What a browser keeps of the cookies that it is given. */
class Browser {
  readonly cookies = new Map<string, string>();
  #address = `203.0.113.${addresses++}`;

  get network(): Record<string, string> {
    return { 'X-Forwarded-For': this.#address };
  }

  move(): void {
    this.#address = `203.0.113.${addresses++}`;
  }

  async send(method: string, to: string, body?: unknown, headers = {}) {
    const answer = await api.send<Problem & { csrf_token: string }>(
      method,
      to,
      body === undefined ? undefined : JSON.stringify(body),
      {
        Authorization: '',
        ...this.network,
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
    );
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] as string).split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  signIn = (password = testPassword, as = email) =>
    this.send('POST', path, { email: as, password });

  /** A copy of the cookie that the browser is known by, as somebody who stole it has it. */
  stolen(): Browser {
    const thief = new Browser();
    const value = this.cookies.get('tallyflow_browser');
    if (value !== undefined) thief.cookies.set('tallyflow_browser', value);
    return thief;
  }
}

async function useUp(browser: Browser, as = email): Promise<number[]> {
  const statuses: number[] = [];
  for (let attempt = 0; attempt <= attempts; attempt++)
    statuses.push((await browser.signIn('wrong', as)).status);
  return statuses;
}

const allRefused = [...Array(attempts).fill(401), 429];

async function knownBrowser(): Promise<Browser> {
  const browser = new Browser();
  expect((await browser.signIn()).status).toBe(200);
  return browser;
}

test('a stranger uses up the attempts of an address, and a browser that signed in before still does', async () => {
  const known = await knownBrowser();
  expect(await useUp(new Browser())).toEqual(allRefused);
  expect((await new Browser().signIn()).status).toBe(429);
  expect((await known.signIn('wrong')).status).toBe(401);
  expect((await known.signIn()).status).toBe(200);
  // What it has signed in with helps nobody else.
  expect((await new Browser().signIn()).status).toBe(429);
}, 60_000);

test('is told by a cookie that scripts and other sites do not get, new with each sign-in', async () => {
  const known = await knownBrowser();
  const first = known.cookies.get('tallyflow_browser');
  const answer = await known.signIn();
  const cookie = answer.headers.getSetCookie().find((each) => each.startsWith('tallyflow_browser'));
  expect(cookie).toMatch(
    /^tallyflow_browser=[\w-]{43}; path=\/; expires=.*; samesite=strict; httponly$/,
  );
  expect(known.cookies.get('tallyflow_browser')).not.toBe(first);
  const rows = await api.database('known_browsers').where({ user_id: userId });
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(known.cookies.get('tallyflow_browser'));
  const secure = await api.post(
    path,
    { email, password: testPassword },
    { Authorization: '', 'X-Forwarded-Proto': 'https' },
  );
  expect(secure.headers.getSetCookie().join('\n')).toMatch(
    /^__Host-tallyflow_browser=.*; path=\/;.*; secure/m,
  );
});

test('whoever stole the cookie has ten attempts too, and none once the user has signed in', async () => {
  const known = await knownBrowser();
  const thief = known.stolen();
  expect(await useUp(thief)).toEqual(allRefused);
  expect((await thief.signIn()).status).toBe(429);
  // The user is kept out with the stolen cookie, and gets in without it.
  expect((await known.signIn()).status).toBe(429);
  expect((await new Browser().signIn()).status).toBe(200);

  const other = await knownBrowser();
  const late = other.stolen();
  await other.signIn();
  await useUp(new Browser());
  expect((await late.signIn()).status).toBe(429);
}, 60_000);

test('the cookie of one user, or one that was made up, is none for another', async () => {
  const known = await knownBrowser();
  const other = `other${count}@example.com`;
  await insertUser(api, other, 'viewer');
  expect(await useUp(known, other)).toEqual(allRefused);
  const madeUp = new Browser();
  madeUp.cookies.set('tallyflow_browser', 'x'.repeat(43));
  expect((await madeUp.signIn(testPassword, other)).status).toBe(429);
}, 60_000);

test('is known no more after signing out everywhere, and others after a new password', async () => {
  const [first, second] = [await knownBrowser(), await knownBrowser()];
  const known = async () =>
    Number((await api.database('known_browsers').where({ user_id: userId }).count())[0]?.count);
  expect(await known()).toBe(2);
  // Signing out here leaves it known: that is what it is for.
  const { csrf_token } = (await first.signIn()).body;
  await second.signIn();
  const newPassword = 'another long password of mine';
  const change = { current_password: testPassword, new_password: newPassword };
  const headers = { 'X-CSRF-Token': csrf_token };
  expect((await first.send('POST', `${path}/password`, change, headers)).status).toBe(204);
  expect(await known()).toBe(1);
  expect((await first.send('DELETE', path, undefined, headers)).status).toBe(204);
  await useUp(new Browser());
  expect((await second.signIn(newPassword)).status).toBe(429);
  const again = await first.signIn(newPassword);
  expect(again.status).toBe(200);
  const everywhere = { 'X-CSRF-Token': again.body.csrf_token };
  const ended = await first.send('DELETE', '/api/admin/sessions', undefined, everywhere);
  expect(ended.status).toBe(204);
  expect(await known()).toBe(0);
  expect((await first.signIn(newPassword)).status).toBe(429);
}, 60_000);

test('is known no more once the user was disabled', async () => {
  await knownBrowser();
  await insertUser(api, `admin${count}@example.com`, 'admin');
  await api.patch(`/api/admin/users/${userId}`, { disabled: true });
  expect(await api.database('known_browsers').where({ user_id: userId })).toEqual([]);
});

test('a user has 20 of them at most, and those that signed in last stay', async () => {
  const first = await knownBrowser();
  for (let browser = 0; browser < 20; browser++) await knownBrowser();
  expect(await api.database('known_browsers').where({ user_id: userId })).toHaveLength(20);
  await useUp(new Browser());
  expect((await first.signIn()).status).toBe(429);
}, 60_000);

test('is forgotten after half a year', async () => {
  const known = await knownBrowser();
  await api
    .database('known_browsers')
    .where({ user_id: userId })
    .update({ last_signed_in_at: api.database.raw("now() - interval '180 days 1 second'") });
  await useUp(new Browser());
  expect((await known.signIn()).status).toBe(429);
}, 60_000);

test('a stranger who uses up the attempts keeps nobody from changing a password who is signed in', async () => {
  const session = await openSession(api, userId);
  await useUp(new Browser());
  const change = { current_password: testPassword, new_password: 'another long password' };
  expect((await api.post(`${path}/password`, change, session)).status).toBe(204);
  // For which there are ten attempts as well.
  const statuses: number[] = [];
  for (let attempt = 0; attempt <= attempts; attempt++)
    statuses.push((await api.post(`${path}/password`, change, session)).status);
  expect(statuses).toEqual([...Array(attempts).fill(400), 429]);
}, 60_000);

test('made-up cookies of a network are looked up so often and no more', async () => {
  const known = await knownBrowser();
  await useUp(new Browser());
  const madeUp = known.stolen();
  madeUp.cookies.set('tallyflow_browser', 'y'.repeat(43));
  const ask = () => madeUp.send('POST', path, { email, password: 'wrong' }, known.network);
  for (let asked = 0; asked < browserLookUpsPerAddress; asked += 50)
    await Promise.all(Array.from({ length: 50 }, ask));
  // At that network nobody is known any more, and so the browser is a stranger; elsewhere it is known.
  expect((await known.signIn()).status).toBe(429);
  known.move();
  expect((await known.signIn()).status).toBe(200);
}, 60_000);
