import { parseDate } from '../domain/calendar-date.ts';
import { isCurrency } from '../domain/currency.ts';
import { maxIdCharacters, maxTextCharacters } from '../domain/limits.ts';
import { parseAmount } from '../domain/money.ts';
import { textProblem } from '../domain/text.ts';
import type { NewTransaction } from '../domain/transaction.ts';
import { blankToNull } from './transaction-schema.ts';

/**
 * The transaction that transactionSchema makes of a row, or null where there is any doubt: then the
 * schema decides, and words what is wrong. Nearly all rows are good, and the schema takes four times as
 * long to say so, half of it for the garbage that it leaves; a test holds the two against each other.
 */
export function validatePlainRow(row: unknown): NewTransaction | null {
  if (typeof row !== 'object' || row === null) return null;
  const {
    transaction_id: transactionId,
    account_id: accountId,
    currency,
    iso_currency_code: plaidCurrency,
    date: givenDate,
    merchant_name: merchantName,
    description,
    name,
    amount: givenAmount,
  } = row as Record<string, unknown>;
  if (!isId(transactionId) || !isId(accountId)) return null;
  if (!isOptionalCurrency(currency) || !isOptionalCurrency(plaidCurrency)) return null;
  const code = currency ?? plaidCurrency;
  if (code === undefined || code === null) return null;
  if (!isOptionalText(merchantName) || !isOptionalText(description) || !isOptionalText(name))
    return null;
  const date = typeof givenDate === 'string' ? parseDate(givenDate) : null;
  if (date === null) return null;
  const parsed = parseAmount(givenAmount);
  if (!parsed.ok) return null;
  return {
    transactionId,
    accountId,
    amount: parsed.amount,
    currency: code,
    date,
    merchantName: blankToNull(merchantName),
    description: blankToNull(description) ?? blankToNull(name),
  };
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && textProblem(value, maxIdCharacters) === null;

const isOptionalText = (value: unknown): value is string | null | undefined =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && textProblem(value, maxTextCharacters) === null);

const isOptionalCurrency = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || (typeof value === 'string' && isCurrency(value));
