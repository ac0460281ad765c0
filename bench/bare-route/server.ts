import { readFileSync } from 'node:fs';
import Koa from 'koa';

/** The least that an answer can be: a Koa route that gives the bytes of a file, read beforehand. */
const body = readFileSync(process.env.BODY_FILE ?? '');
const app = new Koa();
app.use((ctx) => {
  if (ctx.path !== '/') return;
  ctx.type = 'application/json';
  ctx.body = body;
});
app.listen(Number(process.env.PORT), '127.0.0.1');
