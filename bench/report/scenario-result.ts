import type { Outcome } from '../scenario.ts';
import type { Machine } from './describe-machine.ts';

/** The stored result of a scenario. */
export interface ScenarioResult extends Outcome {
  number: number;
  title: string;
  /** RFC 3339. */
  measuredAt: string;
  /** The duration of the whole scenario. */
  seconds: number;
  /** The number of rows of a large table. */
  rowCount: number;
  machine: Machine;
}
