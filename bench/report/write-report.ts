import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout } from '../../src/local/settings.ts';
import type { Outcome } from '../scenario.ts';
import type { Machine } from './describe-machine.ts';

/** What is kept of a run of a scenario. */
export interface ScenarioResult extends Outcome {
  number: number;
  title: string;
  measuredAt: string;
  /** How long the whole scenario took. */
  seconds: number;
  /** How many rows "a large table" had. */
  rowCount: number;
  machine: Machine;
}

const resultsFile = path.join(checkout, 'docs/performance.json');

/** Puts the result in the place of the scenario's last one; all others stay. */
export async function writeReport(result: ScenarioResult): Promise<void> {
  const others = (await readResults()).filter(({ number }) => number !== result.number);
  const results = [...others, result].sort((a, b) => a.number - b.number);
  await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
}

async function readResults(): Promise<ScenarioResult[]> {
  try {
    return JSON.parse(await readFile(resultsFile, 'utf8')) as ScenarioResult[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
