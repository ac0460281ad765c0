import Koa from 'koa';

/** The least that an answer can be: a Koa route that gives a body from the environment. */
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'json';
  ctx.body = process.env.ANSWER;
});
app.listen(Number(process.env.PORT), '127.0.0.1');
