/**
 * Money is a decimal string from end to end: it is checked, padded and cut as text, and only
 * PostgreSQL's `numeric` ever adds it up. numeric(19,4) holds 15 digits before the point and 4 after.
 */
const amountPattern = /^-?\d{1,15}(?:\.\d{1,4})?$/;
/** No two parts of this expression can match the same digits; otherwise a long text would take time by its square. */
const anyNumber = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The amount as an exact decimal string, or what is wrong with it. */
export type ParsedAmount = { ok: true; amount: string } | { ok: false; problem: string };

/**
 * Reads an amount as a client sent it: a decimal string, or a JSON number, which is taken in its
 * shortest decimal form (ECMA-262 Number::toString).
 */
export function parseAmount(value: unknown): ParsedAmount {
  if (typeof value === 'string') return checkDecimal(value);
  if (typeof value !== 'number') {
    return { ok: false, problem: 'must be a decimal string such as "-12.34", or a number' };
  }
  if (!Number.isFinite(value)) return { ok: false, problem: 'must be a finite number' };
  return checkDecimal(String(value));
}

function checkDecimal(text: string): ParsedAmount {
  if (amountPattern.test(text)) return { ok: true, amount: text };
  if (!anyNumber.test(text)) return { ok: false, problem: 'must be a decimal such as "-12.34"' };
  if (/[eE]/.test(text)) {
    return {
      ok: false,
      problem: 'must be written without an exponent, within 15 digits before the point and 4 after',
    };
  }
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  if (fraction.length > 4) return { ok: false, problem: 'must have at most 4 decimal places' };
  if (whole.length > 15)
    return { ok: false, problem: 'must have at most 15 digits before the point' };
  return { ok: false, problem: 'must be a decimal such as "-12.34"' };
}

/** PostgreSQL's `numeric` text with at least two and at most four places: "-12.3400" → "-12.34". */
export function formatMoney(numeric: string): string {
  const [whole = '0', fraction = ''] = numeric.split('.');
  const places = fraction.replace(/0+$/, '').padEnd(2, '0');
  const text = `${whole}.${places}`;
  return /^-0+\.0+$/.test(text) ? text.slice(1) : text;
}
