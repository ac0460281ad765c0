import { settingOf } from '../../../categorization/chain/build-chains.ts';
import type { TransactionCategorizer } from '../../../categorization/transaction-categorizer.ts';
import type { StoredCategorizers } from '../../../db/learning/list-categorizers.ts';
import type { CategorizerBody } from './schema.ts';

export function presentCategorizer(
  categorizer: TransactionCategorizer,
  { settings, live }: StoredCategorizers,
  isConfigured: boolean,
): CategorizerBody {
  const { name } = categorizer;
  const stored = new Map(settings.map((setting) => [setting.name, setting]));
  const { mode, targetPrecision } = settingOf(categorizer, stored);
  const figures = live?.figures.find((each) => each.name === name) ?? null;
  return {
    name,
    mode,
    target_precision: targetPrecision,
    is_configured: isConfigured,
    version: figures === null || live === null ? null : live.version,
    trained_at: figures === null || live === null ? null : new Date(live.trainedAt).toISOString(),
    coverage: figures?.coverage ?? null,
    precision: figures?.precision ?? null,
    precision_interval: figures?.precisionInterval ?? null,
  };
}
