import { z } from 'zod';
import { scopes } from '../../../domain/scope.ts';
import { comparedText, dateTime, expected } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

/** Enough to say which system the key is for. */
const maxNameCharacters = 100;

export const apiKeySchema = z
  .object({
    id: z.int(),
    name: z.string(),
    prefix: z.string().meta({ description: "The key's first characters, to recognise it by." }),
    scopes: z.array(z.enum(scopes)),
    created_at: dateTime,
    last_used_at: dateTime.nullable().meta({ description: 'To the minute.' }),
    revoked_at: dateTime.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'CreatedApiKey' });

export const newApiKeySchema = z.strictObject(
  {
    name: comparedText(maxNameCharacters).meta({ example: 'core banking' }),
    scopes: z
      .array(z.enum(scopes, { error: `must be one of ${scopes.join(', ')}` }), {
        error: expected('an array'),
      })
      .min(1, { error: 'must not be empty' })
      .transform((given) => scopes.filter((scope) => given.includes(scope))),
  },
  { error: 'must be a JSON object' },
);

export const apiKeyListQuery = listQuery({
  sortable: ['id', 'name', 'created_at', 'last_used_at', 'revoked_at'] as const,
  defaultSort: { field: 'id', direction: 'asc' },
  filters: {
    id: { value: filterValue.id(), operators: ['eq'] },
    name: { value: filterValue.text, operators: ['eq', 'like'] },
  },
});

export type ApiKeyBody = z.infer<typeof apiKeySchema>;
