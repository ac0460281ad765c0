import { todayUtc } from '../../domain/calendar-date.ts';
import type { ApiContext } from '../context.ts';
import { validate } from '../validate.ts';
import { summaryQuerySchema } from './schema.ts';

type SummaryQuery = ReturnType<typeof summaryQuerySchema.parse>;

/** Bounds the memory, together with the length of what is remembered. */
const maxRemembered = 1_000;
const maxRememberedCharacters = 100;

/** What query strings have meant today, without which some mean another period. */
const remembered = new Map<string, SummaryQuery>();
let rememberedOn = '';

/**
 * The period and currency that are asked for. Throws ApiError `invalid_request`. The same few come again and
 * again, and to parse one takes about as long as to find its report in the cache.
 */
export function parseSummaryQuery(ctx: ApiContext): SummaryQuery {
  const text = ctx.request.querystring;
  const today = todayUtc();
  if (today !== rememberedOn || remembered.size >= maxRemembered) remembered.clear();
  rememberedOn = today;
  let query = remembered.get(text);
  if (query === undefined) {
    query = validate(summaryQuerySchema, ctx.request.query, 'query');
    if (text.length <= maxRememberedCharacters) remembered.set(text, query);
  }
  return query;
}
