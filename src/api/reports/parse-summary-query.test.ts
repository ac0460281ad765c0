import { parse } from 'node:querystring';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ApiContext } from '../context.ts';
import { parseSummaryQuery } from './parse-summary-query.ts';

const parseQuery = (querystring: string) =>
  parseSummaryQuery({
    request: { querystring, query: parse(querystring) },
  } as unknown as ApiContext);

describe('parseSummaryQuery', () => {
  beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-03-01T23:59:59.999Z') }));
  afterEach(() => void jest.useRealTimers());

  it('gives the last thirty days, of the day on which it is asked', () => {
    const today = { start_date: '2026-01-31', end_date: '2026-03-01', currency: undefined };
    expect(parseQuery('')).toEqual(today);
    expect(parseQuery('')).toEqual(today);
    jest.setSystemTime(new Date('2026-03-02T00:00:00.000Z'));
    expect(parseQuery('')).toMatchObject({ start_date: '2026-02-01', end_date: '2026-03-02' });
  });

  it('tells query strings apart, however many come', () => {
    for (let round = 0; round < 2; round++)
      for (let day = 0; day < 1_100; day++) {
        const end = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
        expect(parseQuery(`end_date=${end}&currency=EUR`)).toMatchObject({
          end_date: end,
          currency: 'EUR',
        });
      }
  });

  it('refuses a bad query each time', () => {
    for (let attempt = 0; attempt < 2; attempt++)
      expect(() => parseQuery('start_date=2026-02-30')).toThrow('The query is not valid.');
  });
});
