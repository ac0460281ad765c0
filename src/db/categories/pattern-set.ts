import type { PatternSet } from '../../domain/pattern-set.ts';
import type { Database } from '../connection/database.ts';

/** The version that the pattern set has now: one row read by its key. */
export async function patternSetVersion(database: Database): Promise<number> {
  const row = await database('pattern_set').first<{ version: number }>('version');
  return row.version;
}

/** All patterns and their version, of the same moment. */
export async function loadPatternSet(database: Database): Promise<PatternSet> {
  const result = await database.raw<{ rows: PatternSet[] }>(
    `SELECT version, coalesce((
       SELECT json_agg(json_build_object('id', id, 'categoryId', category_id, 'pattern', pattern, 'priority', priority, 'matchMode', match_mode) ORDER BY id)
         FROM category_patterns), '[]') AS patterns
       FROM pattern_set`,
  );
  return result.rows[0] as PatternSet;
}
