import { z } from 'zod';
import { ApiError } from '../domain/errors.ts';
import { defaultPageSize, maxPageSize } from '../domain/limits.ts';

const limit = { error: `must be a whole number from 1 to ${maxPageSize}` };

/** `?limit=&cursor=` of lists that clients page through. */
export const pageQuery = {
  limit: z.coerce
    .number(limit)
    .int(limit)
    .min(1, limit)
    .max(maxPageSize, limit)
    .default(defaultPageSize),
  cursor: z.string().optional().meta({ description: '`next_cursor` of the previous page.' }),
};

export const page = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({ data: z.array(entry), next_cursor: z.string().nullable() });

export interface Page<Entry> {
  data: Entry[];
  next_cursor: string | null;
}

/** A cursor, which is opaque to clients: the position of a page's last entry in the list's order. */
export function encodeCursor(position: string | number): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Reads a cursor, whose position must be of the schema. Throws ApiError for one that we did not hand out. */
export function decodeCursor<Position>(
  cursor: string | undefined,
  schema: z.ZodType<Position>,
): Position | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    throw new ApiError('invalid_request', 'The query is not valid.', {
      errors: [{ pointer: '/cursor', detail: 'is not a cursor of this list' }],
      cause: error,
    });
  }
}

/** A page out of one entry more than it holds, which tells whether there is a next one. */
export function toPage<Row, Entry>(
  rows: Row[],
  pageSize: number,
  position: (row: Row) => string | number,
  present: (row: Row) => Entry,
): Page<Entry> {
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  const hasMore = rows.length > pageSize && last !== undefined;
  return { data: shown.map(present), next_cursor: hasMore ? encodeCursor(position(last)) : null };
}
