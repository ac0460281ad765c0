import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMoney, parseAmount } from './money.ts';

describe('parseAmount', () => {
  it.each([
    ['-42.10', '-42.10'],
    ['0', '0'],
    ['-0.0001', '-0.0001'],
    ['999999999999999.9999', '999999999999999.9999'],
    [5, '5'],
    [-12.34, '-12.34'],
    [0.1, '0.1'],
    [1e3, '1000'],
  ])('reads %p as %p', (value, amount) => {
    expect(parseAmount(value)).toEqual({ ok: true, amount });
  });

  it('takes a time for a long text that grows with its length alone', () => {
    const digits = '1'.repeat(60_000);
    const cpu = process.threadCpuUsage();
    for (const text of [`${digits}x`, `${digits}.${digits}x`, `.${digits}x`, `1e${digits}x`])
      expect(parseAmount(text).ok).toBe(false);
    // With a pattern that finds the digits in more than one way it would be several seconds.
    expect(process.threadCpuUsage(cpu).user).toBeLessThan(500_000);
  });

  it.each([
    ['1.00000', 'at most 4 decimal places'],
    [1.23456, 'at most 4 decimal places'],
    ['1000000000000000', '15 digits'],
    [1e15, '15 digits'],
    [1e21, 'without an exponent'],
    [1e-7, 'without an exponent'],
    ['1e2', 'without an exponent'],
    [Number.POSITIVE_INFINITY, 'finite'],
    [Number.NaN, 'finite'],
    ['', 'a decimal'],
    ['abc', 'a decimal'],
    ['1,50', 'a decimal'],
    [' 1.50', 'a decimal'],
    ['+1.50', 'a decimal'],
    ['.5', 'a decimal'],
    ['5.', 'a decimal'],
    ['0x10', 'a decimal'],
    ['١٢', 'a decimal'],
    [null, 'a decimal'],
    [true, 'a decimal'],
    [['1'], 'a decimal'],
  ])('refuses %p', (value, problem) => {
    expect(parseAmount(value)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('accepts every number of cents that a double holds exactly, without changing it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), (cents) => {
        const parsed = parseAmount(cents / 100);
        expect(parsed.ok && Math.round(Number(parsed.amount) * 100)).toBe(cents);
      }),
    );
  });
});

describe('an amount in text', () => {
  const digits = (maxLength: number) =>
    fc
      .array(fc.constantFrom(...'0123456789'), { minLength: 1, maxLength })
      .map((all) => all.join(''));
  const decimal = fc
    .tuple(fc.constantFrom('', '-'), digits(15), fc.option(digits(4), { nil: null }))
    .map(([sign, whole, places]) => `${sign}${whole}${places === null ? '' : `.${places}`}`);
  /** Without its sign. */
  const tenThousandths = (text: string): bigint => {
    const [whole = '', places = ''] = text.replace('-', '').split('.');
    return BigInt(whole + places.padEnd(4, '0'));
  };

  it('is taken as it is, and is the same amount once it is shown', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        expect(parseAmount(text)).toEqual({ ok: true, amount: text });
        const shown = formatMoney(text);
        expect(shown).toMatch(/^-?\d+\.\d{2,4}$/);
        expect(tenThousandths(shown)).toBe(tenThousandths(text));
        expect(shown.startsWith('-')).toBe(text.startsWith('-') && tenThousandths(text) !== 0n);
      }),
    );
  });

  it('is refused when it is anything else, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything()), (value) => {
        const parsed = parseAmount(value);
        if (parsed.ok) expect(parsed.amount).toMatch(/^-?\d{1,15}(\.\d{1,4})?$/);
        else expect(parsed.problem).toMatch(/^must /);
      }),
    );
  });
});

describe('formatMoney', () => {
  it.each([
    ['-12.3400', '-12.34'],
    ['5.0000', '5.00'],
    ['0.0000', '0.00'],
    ['-0.0000', '0.00'],
    ['0', '0.00'],
    ['1.2345', '1.2345'],
    ['1.2300', '1.23'],
    ['1.2030', '1.203'],
    ['123456789012345678.9000', '123456789012345678.90'],
  ])('shows %p as %p', (numeric, text) => {
    expect(formatMoney(numeric)).toBe(text);
  });
});
