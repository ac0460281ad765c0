import type { Scenario } from '../scenario.ts';
import { ingest } from './01-ingest.ts';
import { oneBatch } from './02-one-batch.ts';
import { smallBatches } from './04-small-batches.ts';
import { categorizer } from './05-categorizer.ts';
import { cachedReport } from './07-cached-report.ts';

/** In the order in which a full run takes them. */
export const scenarios: readonly Scenario[] = [
  ingest,
  oneBatch,
  smallBatches,
  categorizer,
  cachedReport,
];
