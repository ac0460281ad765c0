import type { Listed } from '../../db/list-page.ts';
import type { ApiContext } from '../context.ts';

/** Answers with one page of a list. */
export function sendList<Row, Entry>(
  ctx: ApiContext,
  { rows, total, isTotalCapped }: Listed<Row>,
  present: (row: Row) => Entry,
): void {
  ctx.set('X-Total-Count', String(total));
  if (isTotalCapped) ctx.set('X-Total-Count-Capped', 'true');
  ctx.body = rows.map(present);
}
