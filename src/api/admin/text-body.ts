import type { Middleware } from 'koa';
import type { ApiState } from '../context.ts';
import { decodeUtf8, readBytes } from '../transactions/read-body.ts';
import { receiveBody } from './receive-body.ts';

/** Puts the body's text into `ctx.request.body`; it must be as `receiveBody` says. */
export function textBody(types: string[], maxBytes: number): Middleware<ApiState> {
  return receiveBody(types, maxBytes, async (ctx) => {
    const chunks = await Array.fromAsync(readBytes(ctx, maxBytes));
    ctx.request.body = decodeUtf8(Buffer.concat(chunks));
  });
}
