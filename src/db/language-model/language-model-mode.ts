import type { CategorizerMode } from '../../domain/categorizer-setting.ts';
import type { Database } from '../connection/database.ts';

/** Whether answers count (`on`), are suggestions only (`shadow`), or are not asked for at all (`off`). */
export async function languageModelMode(database: Database): Promise<CategorizerMode> {
  const row = await database('categorizers')
    .where({ name: 'llm' })
    .first<{ mode: CategorizerMode } | undefined>('mode');
  return row?.mode ?? 'shadow';
}
