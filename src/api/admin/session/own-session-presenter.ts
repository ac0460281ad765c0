import type { OwnSession } from '../../../db/admins/admin-sessions.ts';
import { describeUserAgent } from '../../../domain/describe-user-agent.ts';
import type { OwnSessionBody } from './schema.ts';

export const presentOwnSession = (session: OwnSession, currentId: number): OwnSessionBody => ({
  id: session.id,
  client: describeUserAgent(session.userAgent),
  is_current: session.id === currentId,
  created_at: session.createdAt.toISOString(),
  last_used_at: session.lastSeenAt.toISOString(),
  expires_at: session.expiresAt.toISOString(),
});
