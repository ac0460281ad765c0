import type { Measurement } from '../measurement.ts';
import {
  formatNumber,
  formatRange,
  formatRatio,
  formatTarget,
  formatVerdict,
} from './format-measurements.ts';
import type { ScenarioResult } from './scenario-result.ts';

/** The page docs/performance-results.md. */
export function toMarkdown(results: readonly ScenarioResult[]): string {
  const targets = results.flatMap(({ measurements }) => measurements.filter(hasTarget));
  const reached = targets.filter(({ isReached }) => isReached).length;
  return `${[
    '# Benchmark results',
    'Written by `script/bench`; [performance.md](performance.md) explains how it measures.',
    `${reached} of ${targets.length} targets are reached.`,
    '![How much is used of what each target allows](images/performance.svg)',
    ...results.map(scenarioSection),
    machineSection(results),
  ].join('\n\n')}\n`;
}

export const hasTarget = ({ target }: Measurement): boolean => target !== null;

function scenarioSection({ number, title, measurements, notes }: ScenarioResult): string {
  const rows = measurements.map(
    ({ name, unit, figure, limit, ratio, target, isReached }) =>
      `| ${[
        name,
        `**${formatNumber(figure.median)}** (${formatRange(figure)}) ${unit}`,
        limit === null
          ? ''
          : `${formatNumber(limit.median)} (${formatRange(limit)}), ${limit.name}`,
        ratio === null ? '' : formatRatio(ratio.median),
        formatTarget(target),
        formatVerdict(isReached),
      ].join(' | ')} |`,
  );
  return [
    `## ${number}. ${title}`,
    [
      '| | median (min–max) | beside it | ratio | target | |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    ...notes,
  ].join('\n\n');
}

/** Scenarios measured on the same machine and day share a line. */
function machineSection(results: readonly ScenarioResult[]): string {
  const scenariosOf = new Map<string, number[]>();
  for (const { number, measuredAt, machine } of results) {
    const line = `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB; PostgreSQL ${machine.postgres}, Temporal ${machine.temporal}, Node.js ${machine.node}; ${measuredAt.slice(0, 10)}`;
    scenariosOf.set(line, [...(scenariosOf.get(line) ?? []), number]);
  }
  const lines = [...scenariosOf].map(([line, numbers]) => `- ${numbers.join(', ')}: ${line}`);
  return ['## Machines', lines.join('\n')].join('\n\n');
}
