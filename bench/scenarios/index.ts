import type { Scenario } from '../scenario.ts';
import { ingest } from './01-ingest.ts';
import { oneBatch } from './02-one-batch.ts';

/** In the order in which a full run takes them. */
export const scenarios: readonly Scenario[] = [ingest, oneBatch];
