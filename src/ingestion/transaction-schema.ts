import { z } from 'zod';
import { parseDate } from '../domain/calendar-date.ts';
import { isCurrency } from '../domain/currency.ts';
import { maxIdCharacters, maxTextCharacters } from '../domain/limits.ts';
import { parseAmount } from '../domain/money.ts';
import { textProblem } from '../domain/text.ts';
import type { NewTransaction } from '../domain/transaction.ts';

const check =
  (problem: (text: string) => string | null) => (context: z.core.ParsePayload<string>) => {
    const message = problem(context.value);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  };

const id = (what: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be a string') })
    .check(
      check((text) => (text === '' ? 'must not be empty' : textProblem(text, maxIdCharacters))),
    )
    .meta({ description: what, minLength: 1, maxLength: maxIdCharacters });

const optionalText = (what: string) =>
  z
    .string({ error: 'must be a string or null' })
    .check(check((text) => textProblem(text, maxTextCharacters)))
    .nullish()
    .meta({ description: what, maxLength: maxTextCharacters });

const currencyCode = z
  .string({ error: 'must be a string' })
  .check(check((text) => (isCurrency(text) ? null : 'must be an ISO 4217 code such as "USD"')))
  .meta({ description: 'ISO 4217 code.', example: 'USD' });

/** One transaction as clients send it; fields that are not listed are ignored, so that a Plaid transaction is one. */
export const transactionSchema = z
  .object(
    {
      transaction_id: id('Unique within the account.').meta({ example: 't-1' }),
      account_id: id("The client's id of the account.").meta({ example: 'acc-1' }),
      amount: z
        .unknown()
        .transform((value, context) => {
          if (value === undefined)
            context.issues.push({ code: 'custom', message: 'is required', input: value });
          else {
            const parsed = parseAmount(value);
            if (parsed.ok) return parsed.amount;
            context.issues.push({ code: 'custom', message: parsed.problem, input: value });
          }
          return z.NEVER;
        })
        .meta({
          description:
            'Exact decimal, negative for money spent. A JSON number is read in its shortest decimal form.',
          override: {
            anyOf: [{ type: 'string', pattern: '^-?\\d{1,15}(\\.\\d{1,4})?$' }, { type: 'number' }],
          },
          example: '-42.10',
        }),
      currency: currencyCode.nullish(),
      iso_currency_code: currencyCode
        .nullish()
        .meta({ description: "Plaid's name for `currency`." }),
      date: z
        .string({
          error: (issue) => (issue.input === undefined ? 'is required' : 'must be a string'),
        })
        .transform((text, context) => {
          const date = parseDate(text);
          if (date !== null) return date;
          context.issues.push({
            code: 'custom',
            message: 'must be a calendar date YYYY-MM-DD, or an RFC 3339 date-time',
            input: text,
          });
          return z.NEVER;
        })
        .meta({
          description: 'A date, or a date-time, of which only the date as written is used.',
          override: { type: 'string' },
          example: '2026-01-31',
        }),
      merchant_name: optionalText('Missing, null and blank are the same.').meta({
        example: 'WALMART #123',
      }),
      description: optionalText('Missing, null and blank are the same.').meta({
        example: 'POS PURCHASE 0423',
      }),
      name: optionalText("Plaid's name of `description`."),
    },
    { error: 'must be an object' },
  )
  .refine((row) => (row.currency ?? row.iso_currency_code ?? null) !== null, {
    error: 'is required',
    path: ['currency'],
    // It is checked when other fields are wrong, too, so that a client hears of everything at once.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .transform(
    (row): NewTransaction => ({
      transactionId: row.transaction_id,
      accountId: row.account_id,
      amount: row.amount,
      currency: (row.currency ?? row.iso_currency_code) as string,
      date: row.date,
      merchantName: blankToNull(row.merchant_name),
      description: blankToNull(row.description) ?? blankToNull(row.name),
    }),
  );

/** A text without anything to read says no more than one that is missing. */
export const blankToNull = (text: string | null | undefined): string | null =>
  text === undefined || text === null || text.trim() === '' ? null : text;

/** The client's name of the batch, which operators see. */
export const requestIdSchema = z
  .string({ error: 'must be a string' })
  .check(check((text) => textProblem(text, maxIdCharacters)))
  .nullish()
  .meta({ description: 'Shown to operators.', maxLength: maxIdCharacters });
