import { publicUserName } from '../../domain/actor.ts';
import type { ApiState } from '../context.ts';

/** Who requests something. Everybody sees it, so the name is never an e-mail address. */
export const publicNameOf = ({ session, actor }: ApiState): string =>
  session === undefined ? actor.name : publicUserName({ id: session.userId, name: session.name });
