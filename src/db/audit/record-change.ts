import type { Actor } from '../../domain/actor.ts';
import type { Database, Transaction } from '../connection/database.ts';

export interface Change {
  action:
    | 'create'
    | 'update'
    | 'delete'
    | 'import'
    | 'begin_export'
    | 'export'
    | 'merge'
    | 'revoke'
    | 'rotate'
    | 'retry'
    | 'accept'
    | 'reject'
    | 'undo'
    | 'cancel'
    | 'end'
    | 'invite'
    | 'accept_invitation'
    | 'pause'
    | 'resume'
    | 'trigger'
    | 'drop'
    | 'activate'
    | 'sign_in'
    | 'sign_in_failed'
    | 'sign_in_locked'
    | 'second_factor_failed'
    | 'password_check_failed'
    | 'sign_out'
    | 'end_session'
    | 'end_other_sessions'
    | 'change_password'
    | 'add_second_factor'
    | 'remove_second_factor';
  /** The name in the path of its API, such as `category-patterns`. */
  resource: string;
  resourceId: string | number | null;
  /** What the API shows of the resource, under the names of columns or of the API; never a secret. */
  before?: unknown;
  after?: unknown;
}

/** Writes an entry of the audit log in the transaction of the change itself, so that there is never one without the other. */
export async function recordChange(trx: Transaction, actor: Actor, change: Change): Promise<void> {
  await recordChanges(trx, actor, [change]);
}

/** Writes an entry about something that changes nothing in the database, such as an export. */
export async function recordEvent(database: Database, actor: Actor, change: Change): Promise<void> {
  await database('audit_log').insert(toEntry(actor, change));
}

/**
 * Writes an entry about something that is done elsewhere, such as in Temporal. The entry is written first, and taken
 * back when the work fails, so that nothing is done without one.
 */
export async function recordAround(
  database: Database,
  actor: Actor,
  change: Change,
  work: () => Promise<void>,
): Promise<void> {
  await database.transaction(async (trx) => {
    await recordChange(trx, actor, change);
    await work();
  });
}

/** The number of entries in one statement. It keeps the statement far below PostgreSQL's limit of parameters. */
const maxEntries = 1_000;

/** Writes an entry for each change, many in one statement. */
export async function recordChanges(
  trx: Transaction,
  actor: Actor,
  changes: readonly Change[],
): Promise<void> {
  for (let start = 0; start < changes.length; start += maxEntries) {
    const entries = changes
      .slice(start, start + maxEntries)
      .map((change) => toEntry(actor, change));
    await trx('audit_log').insert(entries);
  }
}

function toEntry(actor: Actor, change: Change) {
  return {
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: actor.name,
    request_id: actor.requestId,
    action: change.action,
    resource: change.resource,
    resource_id: change.resourceId === null ? null : String(change.resourceId),
    before: toJson(change.before),
    after: toJson(change.after),
  };
}

/** JSON with the names that columns have in the database, and fields in the API. */
const toJson = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value, (_, part: unknown) => toSnakeCase(part));

function toSnakeCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const snakeCase = (name: string) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [snakeCase(name), field]));
}
