import type { Actor } from '../../domain/actor.ts';
import type { CategorizerSetting } from '../../domain/categorizer-setting.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';

/**
 * Changes how a categorizer takes part, for every chunk of rows that is read after the commit.
 *
 * @param defaults how it takes part as long as nobody has changed it
 */
export async function updateCategorizer(
  database: Database,
  actor: Actor,
  name: string,
  change: Partial<CategorizerSetting>,
  defaults: CategorizerSetting,
): Promise<void> {
  await database.transaction(async (trx) => {
    // Answers that did not count get another chance with the rows that wait. They come before the state, in the order in
    // which everybody who removes a category locks them.
    if (name === 'llm')
      await trx('merchant_answers').where({ is_applied: true }).update({ is_applied: false });
    // One change at a time, because a first change has no row to lock yet.
    await trx('categorizer_state').forNoKeyUpdate().select('id');
    const { rows } = await trx.raw<{ rows: CategorizerSetting[] }>(
      `SELECT mode, target_precision::float8 AS "targetPrecision" FROM categorizers WHERE name = ?`,
      [name],
    );
    const before = rows[0] ?? defaults;
    const after = { ...before, ...change };
    if (after.mode === before.mode && after.targetPrecision === before.targetPrecision) return;
    await trx('categorizers')
      .insert({ name, mode: after.mode, target_precision: after.targetPrecision })
      .onConflict('name')
      .merge();
    await recordChange(trx, actor, {
      action: 'update',
      resource: 'categorizers',
      resourceId: name,
      before,
      after,
    });
  });
}
