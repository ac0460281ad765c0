import type { Scenario } from '../scenario.ts';
import { ingest } from './01-ingest.ts';
import { oneBatch } from './02-one-batch.ts';
import { stream } from './03-stream.ts';
import { smallBatches } from './04-small-batches.ts';
import { categorizer } from './05-categorizer.ts';
import { report } from './06-report.ts';
import { cachedReport } from './07-cached-report.ts';
import { consolePages } from './08-console.ts';
import { growth } from './09-growth.ts';
import { fairness } from './10-fairness.ts';
import { contention } from './11-contention.ts';
import { gateway } from './12-gateway.ts';

/** In the order of a run: scenario 9 fills the table that 6 and 8 need. */
export const scenarios: readonly Scenario[] = [
  ingest,
  oneBatch,
  stream,
  smallBatches,
  categorizer,
  cachedReport,
  growth,
  report,
  consolePages,
  contention,
  fairness,
  gateway,
];
