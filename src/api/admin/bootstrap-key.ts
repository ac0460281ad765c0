import type { Logger } from 'pino';
import { type Change, recordChanges } from '../../db/audit/record-change.ts';
import type { Database } from '../../db/connection/database.ts';
import { ApiKey } from '../../db/models/api-key.ts';
import type { Actor } from '../../domain/actor.ts';
import { hashApiKey } from '../../domain/api-key.ts';
import { guessableKeyProblem } from '../../domain/credentials/guessable-key.ts';
import { scopes } from '../../domain/scope.ts';
import { presentApiKey } from './api-keys/presenter.ts';

/** Shown in place of the key's first characters. Somebody may have chosen the key, and then each character reveals something. */
const shownPrefix = 'bootstrap';
const environment: Actor = { type: 'system', id: null, name: 'environment', requestId: null };

/**
 * Stores the key of BOOTSTRAP_API_KEY with all scopes, and revokes the former one: the value that is newest to the
 * database is valid. A process that starts with a former value, as in the middle of a rolling update, changes
 * nothing: a revoked key stays revoked. Throws an Error for a new key that can be guessed, which stops the start.
 */
export async function ensureBootstrapKey(
  database: Database,
  key: string,
  logger: Logger,
): Promise<void> {
  const keyHash = hashApiKey(key);
  const known = await ApiKey.query(database).findOne({ keyHash });
  if (known !== undefined) {
    const { status } = presentApiKey(known);
    if (status !== 'live')
      logger.warn({ apiKeyId: known.id, status }, 'the key of BOOTSTRAP_API_KEY is no longer good');
    // An earlier release stored the key like any other.
    if (known.createdByType === null && !known.isBootstrap)
      await ApiKey.query(database)
        .findById(known.id)
        .patch({ isBootstrap: true, prefix: shownPrefix });
    return;
  }
  const problem = await guessableKeyProblem(key);
  if (problem !== null)
    throw new Error(`The configuration is not valid:\n  BOOTSTRAP_API_KEY: ${problem}.`);
  const changes = await database.transaction(async (trx) => {
    // When two processes start with different keys at once, the second one revokes the first one's key.
    await trx.raw('LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE');
    const created = await ApiKey.query(trx)
      .insert({
        name: shownPrefix,
        prefix: shownPrefix,
        keyHash,
        scopes: [...scopes],
        isBootstrap: true,
      })
      // Another process may have stored the same key.
      .onConflict('keyHash')
      .ignore()
      .returning('*');
    if (created.id === undefined) return [];
    const former = await ApiKey.query(trx)
      .where({ isBootstrap: true })
      .whereNot({ id: created.id })
      .whereNull('revokedAt');
    const made: Change[] = [
      {
        action: 'create',
        resource: 'api-keys',
        resourceId: created.id,
        after: presentApiKey(created),
      },
      ...former.map(
        (apiKey): Change => ({
          action: 'revoke',
          resource: 'api-keys',
          resourceId: apiKey.id,
          before: presentApiKey(apiKey),
        }),
      ),
    ];
    await ApiKey.query(trx)
      .findByIds(former.map(({ id }) => id))
      .patch({ revokedAt: new Date() });
    await recordChanges(trx, environment, made);
    return made;
  });
  for (const { action, resourceId } of changes)
    logger.info({ action, apiKeyId: resourceId }, 'the key of BOOTSTRAP_API_KEY has changed');
}
