import { readFileSync } from 'node:fs';
import Koa from 'koa';

/** What is answered, as JSON in a file. */
export interface BareAnswer {
  headers: Record<string, string>;
  body: string;
}

/** The least that an answer can be: a Koa route that gives a body that was read beforehand, with or without headers of an answer. */
const { headers, body } = JSON.parse(
  readFileSync(process.env.ANSWER_FILE ?? '', 'utf8'),
) as BareAnswer;
const app = new Koa();
app.use((ctx) => {
  if (ctx.path === '/same-bytes') ctx.set(headers);
  else if (ctx.path === '/same-body') ctx.type = 'application/json';
  else return;
  ctx.body = body;
});
app.listen(Number(process.env.PORT), '127.0.0.1');
