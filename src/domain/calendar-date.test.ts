import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, daysInclusive, isCalendarDate, parseDate, todayUtc } from './calendar-date.ts';

describe('parseDate', () => {
  it.each([
    ['2026-01-31', '2026-01-31'],
    ['2024-02-29', '2024-02-29'],
    ['0001-01-01', '0001-01-01'],
    ['9999-12-31', '9999-12-31'],
    ['2026-01-31T23:59:59Z', '2026-01-31'],
    ['2026-01-31T23:59:59.123+14:00', '2026-01-31'],
    ['2026-01-31T00:00:00-11:00', '2026-01-31'],
    ['2026-01-31 10:30', '2026-01-31'],
    ['2026-12-31T23:59:60Z', '2026-12-31'],
  ])('cuts %s to %s as written, in whatever time zone', (text, date) => {
    expect(parseDate(text)).toBe(date);
  });

  it.each([
    '2026-02-30',
    '2023-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
    '26-01-01',
    '2026-1-1',
    '20260131',
    '31/01/2026',
    '2026-01-31T25:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-01-31T10:00:00 UTC',
    '2026-01-31x',
    '',
    'yesterday',
    '２０２６-01-31',
  ])('refuses %p', (text) => {
    expect(parseDate(text)).toBeNull();
  });

  it('knows exactly the days that the Gregorian calendar has', () => {
    const parts = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 1, max: 13 }),
      fc.integer({ min: 1, max: 32 }),
    );
    fc.assert(
      fc.property(parts, ([year, month, day]) => {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, day);
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        expect(isCalendarDate(text)).toBe(exists);
      }),
    );
  });
});

describe('days', () => {
  it('counts both ends', () => {
    expect(daysInclusive('2026-01-01', '2026-01-01')).toBe(1);
    expect(daysInclusive('2025-01-01', '2025-12-31')).toBe(365);
    expect(daysInclusive('2024-01-01', '2024-12-31')).toBe(366);
  });

  it('adds across months, and stops at the ends of the calendar', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(addDays('0001-01-05', -29)).toBe('0001-01-01');
    expect(addDays('9999-12-20', 29)).toBe('9999-12-31');
  });

  it('come back when as many are taken away as were added', () => {
    const day = fc
      .integer({ min: -700_000, max: 2_900_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.integer({ min: -3_000, max: 3_000 }), (date, days) => {
        const other = addDays(date, days);
        expect(isCalendarDate(other)).toBe(true);
        expect(addDays(other, -days)).toBe(date);
        expect(daysInclusive(date, other)).toBe(days + 1);
      }),
    );
  });

  it('takes today from UTC', () => {
    expect(todayUtc(new Date('2026-06-30T23:59:59.999Z'))).toBe('2026-06-30');
  });
});
