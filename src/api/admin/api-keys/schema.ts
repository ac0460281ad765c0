import { z } from 'zod';
import { apiKeyStatuses } from '../../../domain/api-key-status.ts';
import {
  defaultOverlapSeconds,
  maxAccountPrefixes,
  maxIdCharacters,
  maxOverlapSeconds,
} from '../../../domain/limits.ts';
import { scopes } from '../../../domain/scope.ts';
import { textProblem } from '../../../domain/text.ts';
import { comparedText, dateTime, expected } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

/** Enough to say which system the key is for. */
const maxNameCharacters = 100;

const makerSchema = z
  .object({
    type: z.enum(['user', 'api_key', 'system']),
    id: z.int().nullable(),
    name: z.string().meta({ description: 'The name when the key was created.' }),
  })
  .nullable()
  .meta({ description: 'Who created the key; null for a key of BOOTSTRAP_API_KEY.' });

export const apiKeySchema = z
  .object({
    id: z.int(),
    name: z.string(),
    prefix: z.string().meta({
      description:
        'The first characters of the key, to recognize it; `bootstrap` for a key of BOOTSTRAP_API_KEY, which is never shown.',
    }),
    scopes: z.array(z.enum(scopes)),
    account_prefixes: z
      .array(z.string())
      .meta({ description: 'Prefixes of the ids of its accounts; empty for all accounts.' }),
    status: z.enum(apiKeyStatuses),
    created_at: dateTime,
    created_by: makerSchema,
    expires_at: dateTime.nullable(),
    last_used_at: dateTime.nullable().meta({ description: 'To the minute.' }),
    revoked_at: dateTime.nullable(),
    rotated_from: z
      .int()
      .nullable()
      .meta({ description: 'The key that this one replaces, and whose batches it shares.' }),
    rotated_to: z
      .int()
      .nullable()
      .meta({ description: 'The latest key that replaces this one and was not revoked.' }),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown only once.' }) })
  .meta({ id: 'CreatedApiKey' });

const prefixLengthError = `must have 1 to ${maxIdCharacters} characters`;

const accountPrefix = z.string({ error: expected('a string') }).check((context) => {
  const message =
    context.value === '' ? prefixLengthError : textProblem(context.value, maxIdCharacters);
  if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
});

const accountPrefixes = z
  .array(accountPrefix, { error: expected('an array') })
  .max(maxAccountPrefixes, { error: `must have at most ${maxAccountPrefixes} entries` })
  .transform((given) => [...new Set(given)])
  .meta({
    description:
      'Compared exactly with the start of an account id. Repeated prefixes are stored once. Not allowed with the scope admin, which sees every account.',
    example: ['branch-7-'],
  });

const futureTime = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 date-time' })
  .transform((text) => new Date(text))
  .refine((time) => time.getTime() > Date.now(), { error: 'must be in the future' });

export const newApiKeySchema = z
  .strictObject(
    {
      name: comparedText(maxNameCharacters).meta({ example: 'core banking' }),
      scopes: z
        .array(z.enum(scopes, { error: `must be one of ${scopes.join(', ')}` }), {
          error: expected('an array'),
        })
        .min(1, { error: 'must not be empty' })
        .transform((given) => scopes.filter((scope) => given.includes(scope))),
      account_prefixes: accountPrefixes.default([]),
      expires_at: futureTime
        .nullable()
        .default(null)
        .meta({ description: 'The time from which the key is refused; null for never.' }),
    },
    { error: 'must be a JSON object' },
  )
  .refine((key) => key.account_prefixes.length === 0 || !key.scopes.includes('admin'), {
    error: 'must be empty with the scope admin, which sees every account',
    path: ['account_prefixes'],
  });

const overlapError = `must be a whole number of seconds from 0 to ${maxOverlapSeconds}`;

export const rotationSchema = z.strictObject(
  {
    overlap_seconds: z
      .int({ error: overlapError })
      .min(0, { error: overlapError })
      .max(maxOverlapSeconds, { error: overlapError })
      .default(defaultOverlapSeconds)
      .meta({ description: 'How long the predecessor remains valid, unless it expires earlier.' }),
  },
  { error: 'must be a JSON object' },
);

export const apiKeyListQuery = listQuery({
  sortable: ['id', 'name', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'] as const,
  defaultSort: { field: 'id', direction: 'asc' },
  filters: {
    id: { value: filterValue.id(), operators: ['eq'] },
    name: { value: filterValue.text, operators: ['eq', 'like'] },
    status: { value: filterValue.oneOf(apiKeyStatuses), operators: ['eq'] },
    /** Id of a user. */
    created_by: { value: filterValue.id(), operators: ['eq'] },
  },
});

export type ApiKeyBody = z.infer<typeof apiKeySchema>;
export type CreatedApiKeyBody = z.infer<typeof createdApiKeySchema>;
