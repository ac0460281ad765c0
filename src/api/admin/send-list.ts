import type { Listed } from '../../db/list-page.ts';
import type { ApiContext } from '../context.ts';

/** Answers with one page of a list. */
export function sendList<Row, Entry>(
  ctx: ApiContext,
  { rows, total }: Listed<Row>,
  present: (row: Row) => Entry,
): void {
  ctx.set('X-Total-Count', String(total));
  ctx.body = rows.map(present);
}
