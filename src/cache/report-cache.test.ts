import { beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '../domain/errors.ts';
import { MemoryCache } from './memory-cache.ts';
import { type CachedReport, ReportCache, reportIndexPrefix, reportPrefix } from './report-cache.ts';

const key = {
  accountId: 'acc-1',
  startDate: '2026-01-01',
  endDate: '2026-01-31',
  currency: null,
};
const report = (body: string): CachedReport => ({
  body,
  etag: `"${body.length}"`,
  generatedAtMs: 1,
});

/** A computation that ends when the test says so. */
function computation() {
  let finish: (report: CachedReport | null) => void = () => {};
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const compute = () => {
    begin();
    return new Promise<CachedReport | null>((resolve) => {
      finish = resolve;
    });
  };
  return { compute, begun, finish: (result: CachedReport | null) => finish(result) };
}

let cache: MemoryCache;
let reports: ReportCache;
/** Of another process that shares the cache. */
let others: ReportCache;

beforeEach(() => {
  cache = new MemoryCache();
  reports = new ReportCache(cache);
  others = new ReportCache(cache);
});

const lookUp = async (body: string) => (await reports.lookUp(key, async () => report(body)))?.body;

describe('ReportCache', () => {
  it('keeps a report', async () => {
    expect(await reports.lookUp(key, async () => report('a'))).toMatchObject({ isHit: false });
    expect(await others.lookUp(key, async () => report('b'))).toEqual({
      ...report('a'),
      isHit: true,
    });
  });

  it('keeps the overview of the same rows apart, and drops it along', async () => {
    const overview = { ...key, view: 'overview' } as const;
    await lookUp('summary');
    await reports.lookUp(overview, async () => report('overview'));
    expect(await lookUp('b')).toBe('summary');
    expect(await others.lookUp(overview, async () => report('b'))).toMatchObject({
      body: 'overview',
    });
    await others.dropAccounts(['acc-1']);
    expect(await lookUp('new')).toBe('new');
    expect(await reports.lookUp(overview, async () => report('new'))).toMatchObject({
      body: 'new',
    });
  });

  it.each([
    ['nothing', ''],
    ['no line', '1 "e"'],
    ['no time', 'x "e"\n{}'],
    ['no ETag', '1\n{}'],
    ['what an earlier release has written', JSON.stringify(report('{}'))],
  ])('takes %s for a miss', async (_, text) => {
    await lookUp('old');
    await cache.set(`${reportPrefix}acc-1:2026-01-01:2026-01-31`, text, 60);
    expect(await lookUp('new')).toBe('new');
  });

  it('gives back every character', async () => {
    const body = '{"account_id":"1 2\\n\u2028é😀"}\n';
    await lookUp(body);
    expect(await lookUp('b')).toBe(body);
  });

  it('keeps nothing where there is no report', async () => {
    expect(await reports.lookUp(key, async () => null)).toBeNull();
    expect(await lookUp('a')).toBe('a');
  });

  it('keeps nothing of a computation that failed', async () => {
    const failing = reports.lookUp(key, async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await lookUp('a')).toBe('a');
  });

  it('computes once for requests at the same time', async () => {
    let count = 0;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => reports.lookUp(key, async () => report(`${++count}`))),
    );
    expect(new Set(answers.map((answer) => answer?.body))).toEqual(new Set(['1']));
  });

  it('computes for whoever joined a computation that was refused, which others join then', async () => {
    const first = Promise.withResolvers<CachedReport>();
    const refused = reports.lookUp(key, () => first.promise);
    const second = computation();
    const joined = reports.lookUp(key, second.compute);
    const overloaded = new ApiError('overloaded', 'Too many requests of the first one wait.');
    first.reject(overloaded);
    await expect(refused).rejects.toBe(overloaded);
    await second.begun;
    const third = lookUp('third');
    second.finish(report('second'));
    expect((await joined)?.body).toBe('second');
    expect(await third).toBe('second');
  });

  it('fails all who joined a computation that failed otherwise', async () => {
    const failed = new Error('The database is away.');
    const first = Promise.withResolvers<CachedReport>();
    const answers = Promise.allSettled([
      reports.lookUp(key, () => first.promise),
      lookUp('second'),
    ]);
    first.reject(failed);
    for (const answer of await answers)
      expect(answer).toEqual({ status: 'rejected', reason: failed });
  });

  describe.each<[string, () => Promise<void>]>([
    ['of its account', () => reports.dropAccounts(['acc-1'])],
    ['of all', () => reports.dropAll()],
    ['of its account by another process', () => others.dropAccounts(['acc-1'])],
    ['of all by another process', () => others.dropAll()],
  ])('after a drop %s', (_, drop) => {
    it('computes anew', async () => {
      await lookUp('old');
      await drop();
      expect(await lookUp('new')).toBe('new');
    });

    it('does not keep a report whose computation began before', async () => {
      const { compute, begun, finish } = computation();
      const looking = reports.lookUp(key, compute);
      await begun;
      await drop();
      finish(report('old'));
      expect(await looking).toMatchObject({ body: 'old', isHit: false });
      expect(await lookUp('new')).toBe('new');
    });

    it('keeps the report of a computation that began after, though an older one ends later', async () => {
      const { compute, begun, finish } = computation();
      const looking = reports.lookUp(key, compute);
      await begun;
      await drop();
      await others.lookUp(key, async () => report('new'));
      finish(report('old'));
      await looking;
      expect(await lookUp('newer')).toBe('new');
    });
  });

  it.each<[string, () => Promise<void>]>([
    ['of its account', () => reports.dropAccounts(['acc-1'])],
    ['of all', () => reports.dropAll()],
  ])('after a drop %s does not wait for a computation that began before', async (_, drop) => {
    const { compute, begun, finish } = computation();
    const looking = reports.lookUp(key, compute);
    await begun;
    await drop();
    expect(await lookUp('new')).toBe('new');
    finish(report('old'));
    await looking;
  });

  it('computes anew what a drop would not find any more, since the cache has evicted the list of it', async () => {
    await lookUp('old');
    await cache.delete([`${reportIndexPrefix}acc-1`]);
    await others.dropAccounts(['acc-1']);
    expect(await lookUp('new')).toBe('new');
    expect(await lookUp('newer')).toBe('new');
  });

  it('keeps reports of other accounts when one is dropped', async () => {
    await lookUp('a');
    await reports.dropAccounts(['acc-2']);
    expect(await lookUp('b')).toBe('a');
  });
});
