import type { MatchMode } from '../../domain/pattern-set.ts';
import type { Database } from '../connection/database.ts';

export interface ExportedCategory {
  name: string;
  color: string;
  patterns: { pattern: string; priority: number; matchMode: MatchMode }[];
}

/** All categories with their patterns, of one moment, in the order of their normalised texts. */
export async function exportCategories(database: Database): Promise<ExportedCategory[]> {
  const result = await database.raw<{ rows: ExportedCategory[] }>(
    `SELECT c.name, c.color,
            coalesce((SELECT json_agg(json_build_object('pattern', p.pattern, 'priority', p.priority, 'matchMode', p.match_mode)
                                      ORDER BY p.normalized_pattern COLLATE "C")
                        FROM category_patterns p WHERE p.category_id = c.id), '[]') AS patterns
       FROM categories c
      ORDER BY c.normalized_name COLLATE "C"`,
  );
  return result.rows;
}
