import { ApiError } from '../../../domain/errors.ts';
import type { ApiContext, SignedIn } from '../../context.ts';

/** For routes that are about the session itself, which an API key has none of. */
export function sessionOf(ctx: ApiContext): SignedIn {
  if (ctx.state.session === undefined) {
    throw new ApiError('unauthenticated', 'This is about a session; an API key has none.');
  }
  return ctx.state.session;
}
