import Koa from 'koa';

/** The simplest possible server: a Koa route that returns a body from the environment. */
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'json';
  ctx.body = process.env.ANSWER;
});
app.listen(Number(process.env.PORT), '127.0.0.1');
