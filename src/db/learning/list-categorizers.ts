import type { CategorizerSetting } from '../../domain/categorizer-setting.ts';
import type { Database } from '../connection/database.ts';

/** How well a categorizer answered labelled rows that the live version had not learned from. */
export interface CategorizerFigures {
  name: string;
  coverage: number;
  precision: number | null;
  precisionInterval: [low: number, high: number];
}

/** What is stored about categorizers. Those that nobody has changed have no setting. */
export interface StoredCategorizers {
  settings: ({ name: string } & CategorizerSetting)[];
  live: { version: number; trainedAt: string; figures: CategorizerFigures[] } | null;
}

export async function listCategorizers(database: Database): Promise<StoredCategorizers> {
  const { rows } = await database.raw<{ rows: StoredCategorizers[] }>(
    `SELECT coalesce((SELECT json_agg(json_build_object('name', name, 'mode', mode, 'targetPrecision', target_precision))
                        FROM categorizers), '[]') AS settings,
            (SELECT json_build_object('version', v.id, 'trainedAt', v.trained_at,
                                      'figures', coalesce(v.evaluation -> 'categorizers', '[]'))
               FROM learned_versions AS v WHERE v.id = s.live_version_id) AS live
       FROM categorizer_state AS s`,
  );
  return rows[0] as StoredCategorizers;
}
