import type { CategorizerSetting } from '../../domain/categorizer-setting.ts';
import type { Database } from '../connection/database.ts';

/** What tells whether everything that categorizers know is current. */
export interface ChainVersions {
  patterns: number;
  state: number;
  /** Whether a language model has said anything about any merchant. */
  hasMerchantAnswers: boolean;
}

/** How categorizers take part, what is live, and which categories there are, all of one moment. */
export interface ChainState {
  version: number;
  liveVersionId: number | null;
  settings: ({ name: string } & CategorizerSetting)[];
  categories: { id: number; normalizedName: string }[];
  merges: { fromId: number; intoId: number }[];
}

/** Each chunk of rows asks for it, so it is one query of single rows. */
export async function readChainVersions(database: Database): Promise<ChainVersions> {
  const result = await database.raw<{ rows: ChainVersions[] }>(
    `SELECT p.version AS patterns, s.version AS state,
            EXISTS (SELECT FROM merchant_answers) AS "hasMerchantAnswers"
       FROM pattern_set AS p CROSS JOIN categorizer_state AS s`,
  );
  return result.rows[0] as ChainVersions;
}

export async function loadChainState(database: Database): Promise<ChainState> {
  const result = await database.raw<{ rows: ChainState[] }>(
    `SELECT version, live_version_id AS "liveVersionId",
            coalesce((SELECT json_agg(json_build_object('name', name, 'mode', mode, 'targetPrecision', target_precision))
                        FROM categorizers), '[]') AS settings,
            coalesce((SELECT json_agg(json_build_object('id', id, 'normalizedName', normalized_name))
                        FROM categories), '[]') AS categories,
            coalesce((SELECT json_agg(json_build_object('fromId', from_id, 'intoId', into_id))
                        FROM category_merges), '[]') AS merges
       FROM categorizer_state`,
  );
  return result.rows[0] as ChainState;
}

/** The bytes of a learned version. Null if it was deleted. */
export async function loadLearnedData(database: Database, id: number): Promise<Buffer | null> {
  const row = await database('learned_versions').where({ id }).first<{ data: Buffer }>('data');
  return row?.data ?? null;
}
