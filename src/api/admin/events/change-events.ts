import { setMaxListeners } from 'node:events';
import { findSession } from '../../../db/admins/admin-sessions.ts';
import { findLiveApiKeys } from '../../../db/api-keys/list-api-keys.ts';
import type { AnnouncedChange } from '../../../db/audit/listen-for-changes.ts';
import type { Database } from '../../../db/connection/database.ts';
import type { Role } from '../../../domain/role.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { EventStreams, eventText, heartbeat, heartbeatMs, sendEvent } from '../../event-streams.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { resourcesOfAdmins } from '../audit-log/resources-of-admins.ts';
import type { ChangeEventBody } from './schema.ts';

/** The limit of streams in one process. Each takes a socket and a few kilobytes. */
const maxStreams = 200;
/** The limit of streams for one user or key. The console opens one for each visible window. */
const maxStreamsEach = 5;
/** The interval at which the role is read again, in case a notification of a change was lost. */
const checkMs = 60_000;
/** Changes of these resources can change a role, or end a session or a key. */
const resourcesOfAccess = ['users', 'api-keys'];
/** Changes of access within this time cause one look-up, since every listener of every process looks up its role. */
const settleMs = 1_000;

type Dependencies = Pick<
  AdminDependencies,
  'database' | 'keyWatch' | 'sessionWatch' | 'listenForChanges' | 'stopping'
>;

/** Server-sent events: `change` for each changed resource, and `end` once the listener has lost access. */
export function changeEvents({
  database,
  keyWatch,
  sessionWatch,
  listenForChanges,
  stopping,
}: Dependencies) {
  const streams = new EventStreams({ total: maxStreams, each: maxStreamsEach });
  // Each stream listens to it, and Node.js warns of more than ten.
  setMaxListeners(0, stopping);

  return {
    stream(ctx: ApiContext): void {
      const { actor, session } = ctx.state;
      // Keys that were rotated count together.
      const who = session === undefined ? ctx.state.principal.lineageId : actor.id;
      const stream = streams.open(ctx, `${actor.type} ${who}`);

      // An API key with the scope admin has all rights.
      let role: Role | null = session?.role ?? 'admin';
      const stopListening = listenForChanges((change) => {
        const isOfAdmins = resourcesOfAdmins.includes(change.resource);
        if (resourcesOfAccess.includes(change.resource)) checkSoon();
        if (isOfAdmins && role !== 'admin') return;
        sendEvent(stream, eventText('change', present(change)));
      });
      const beating = setInterval(() => sendEvent(stream, heartbeat), heartbeatMs);
      const endForGood = () => end(eventText('end', {}));
      const stopWatching =
        session === undefined
          ? keyWatch.add(ctx.state.principal.apiKeyId, endForGood)
          : sessionWatch.add(session.id, endForGood);
      const checking = setInterval(() => void check(), checkMs);
      let settling: NodeJS.Timeout | undefined;

      function checkSoon(): void {
        settling ??= setTimeout(() => {
          settling = undefined;
          void check();
        }, settleMs);
      }
      async function check(): Promise<void> {
        // Listeners stay connected while the database is away.
        role = await readRole(database, ctx.state).catch(() => role);
        if (role === null) endForGood();
      }
      function release(): void {
        stopListening();
        stopWatching();
        clearInterval(beating);
        clearInterval(checking);
        clearTimeout(settling);
        stopping.removeEventListener('abort', onStop);
      }
      function end(lastWords?: string): void {
        release();
        if (!stream.writableEnded) stream.end(lastWords);
      }
      const onStop = () => end();
      stopping.addEventListener('abort', onStop);
      stream.once('close', release);
      // Sent immediately, so that the client knows that it is connected.
      sendEvent(stream, heartbeat);
      if (stopping.aborted) end();
    },
  };
}

/** The listener's present role; null when the session or the key has ended. */
async function readRole(
  database: Database,
  { session, actor }: Pick<ApiState, 'session' | 'actor'>,
): Promise<Role | null> {
  if (session !== undefined) return (await findSession(database, session.tokenHash))?.role ?? null;
  const live = await findLiveApiKeys(database, [actor.id as number]);
  return live.length === 0 ? null : 'admin';
}

const present = ({ resource, ids, requestId }: AnnouncedChange): ChangeEventBody => ({
  resource,
  ids,
  request_id: requestId,
});
