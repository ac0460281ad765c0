import { ApiError } from '../../../domain/errors.ts';
import type { ApiContext, SignedIn } from '../../context.ts';

/** For routes on the session itself, which API keys do not have. */
export function sessionOf(ctx: ApiContext): SignedIn {
  if (ctx.state.session === undefined) {
    throw new ApiError(
      'unauthenticated',
      'This request needs a session. Sign in instead of sending an API key.',
    );
  }
  return ctx.state.session;
}
