import type { Actor } from '../../domain/actor.ts';
import type { Transaction } from '../connection/database.ts';

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
    | 'cancel'
    | 'end'
    | 'invite'
    | 'accept_invitation'
    | 'pause'
    | 'resume'
    | 'trigger'
    | 'drop'
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
  /** As in the path of its API, such as `category-patterns`. */
  resource: string;
  resourceId: string | number | null;
  /** As its API presents it; never with a secret. */
  before?: unknown;
  after?: unknown;
}

/** Writes a line of the audit log, in the transaction of the change itself: neither is there without the other. */
export async function recordChange(trx: Transaction, actor: Actor, change: Change): Promise<void> {
  await recordChanges(trx, actor, [change]);
}

/** Lines of one statement, far below the parameters that it may have. */
const maxLines = 1_000;

/** Writes a line for each change, many in one statement. */
export async function recordChanges(
  trx: Transaction,
  actor: Actor,
  changes: readonly Change[],
): Promise<void> {
  for (let start = 0; start < changes.length; start += maxLines) {
    const lines = changes.slice(start, start + maxLines).map((change) => toLine(actor, change));
    await trx('audit_log').insert(lines);
  }
}

function toLine(actor: Actor, change: Change) {
  return {
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: actor.name,
    request_id: actor.requestId,
    action: change.action,
    resource: change.resource,
    resource_id: change.resourceId === null ? null : String(change.resourceId),
    before: change.before === undefined ? null : JSON.stringify(change.before),
    after: change.after === undefined ? null : JSON.stringify(change.after),
  };
}
