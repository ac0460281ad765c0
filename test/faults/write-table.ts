import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../helpers/reliability-record.ts';

/** Writes what a run of the suite has left in RELIABILITY_DIR into the table of docs/reliability.md. */
const directory = process.env.RELIABILITY_DIR ?? '.data/reliability';
const document = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
const begin = '<!-- written by script/reliability: begin -->';
const end = '<!-- written by script/reliability: end -->';

const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);
const number = (value: number): string => value.toLocaleString('en-US');

function row(observation: Observation): string {
  const { doubled, lost, unacknowledged, changed, wrongBatches, wrongReports } = observation;
  const refusals = Object.entries(observation.refusals).map(([code, count]) => `${count} ${code}`);
  const cells = [
    observation.fault,
    observation.running,
    observation.promised,
    refusals.join(', ') || 'none',
    number(observation.batches),
    number(observation.acknowledged),
    number(observation.stored),
    ...[doubled, lost, unacknowledged, changed, wrongBatches, wrongReports].map(number),
    seconds(observation.firstAcceptedMs),
    seconds(observation.allCompletedMs),
  ];
  return `| ${cells.join(' | ')} |`;
}

const heads = ['fault', 'running meanwhile', 'promised', 'not accepted at once', 'batches']
  .concat('rows acknowledged', 'stored', 'doubled', 'lost', 'stored without a 202', 'changed')
  .concat('wrong batches', 'wrong reports', 'first 202 after', 'all completed after');
const observations = readdirSync(directory)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file): Observation => JSON.parse(readFileSync(path.join(directory, file), 'utf8')));
const table = [
  `| ${heads.join(' | ')} |`,
  `| ${heads.map(() => '---').join(' | ')} |`,
  ...observations.map(row),
].join('\n');

const text = readFileSync(document, 'utf8');
const [before, rest] = text.split(begin);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error(`${document} lacks the marks of its table`);
writeFileSync(document, `${before}${begin}\n${table}\n${end}${after}`);
