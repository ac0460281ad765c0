import type { Outcome } from '../scenario.ts';
import type { Machine } from './describe-machine.ts';

/** What is kept of a run of a scenario. */
export interface ScenarioResult extends Outcome {
  number: number;
  title: string;
  /** RFC 3339. */
  measuredAt: string;
  /** How long the whole scenario took. */
  seconds: number;
  /** How many rows "a large table" had. */
  rowCount: number;
  machine: Machine;
}
