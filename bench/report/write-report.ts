import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout } from '../../src/local/settings.ts';
import type { Measurement } from '../measurement.ts';
import { type Bar, barChart } from './bar-chart.ts';
import { hasTarget, toMarkdown } from './markdown.ts';
import type { ScenarioResult } from './scenario-result.ts';

const documents = path.join(checkout, 'docs');
const dataFile = path.join(documents, 'performance.json');
const pageFile = path.join(documents, 'performance-results.md');
const chartFile = path.join(documents, 'images/performance.svg');

/** Replaces the last result of the scenario, then rewrites the page and the chart. */
export async function writeReport(result: ScenarioResult): Promise<void> {
  const earlier = JSON.parse(await readFile(dataFile, 'utf8')) as ScenarioResult[];
  const others = earlier.filter(({ number }) => number !== result.number);
  const results = [...others, result].sort((a, b) => a.number - b.number);
  await writeFile(dataFile, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(chartFile, targetChart(results));
  await writeFile(pageFile, toMarkdown(results));
}

/** Draws how much of its allowance each target uses. Scenarios with many targets show only the worst ones. */
function targetChart(results: readonly ScenarioResult[]): string {
  const bars = results.flatMap(({ number, measurements }) => {
    const all = measurements.filter(hasTarget).map((measurement) => toBar(number, measurement));
    return all.length <= maxBarsOfScenario
      ? all
      : all.toSorted((a, b) => b.value - a.value).slice(0, maxBarsOfScenario);
  });
  return barChart({
    title: 'How much is used of what each target allows',
    subtitle: 'Shorter is better. Up to the line the target is reached.',
    bars,
    mark: { value: 1, text: 'target' },
    max: 2,
  });
}

const maxBarsOfScenario = 8;

function toBar(scenario: number, measurement: Measurement): Bar {
  const value = usedShare(measurement);
  return {
    label: `${scenario}: ${measurement.name}`,
    value,
    text: `${Math.round(value * 100)} %`,
    isGood: measurement.isReached === true,
  };
}

/** A value of 1 just reaches the target. Less is better. */
function usedShare({ figure, limit, ratio, target }: Measurement): number {
  const { atLeast, atMost = NaN, allowance, orFigureAtMost } = target ?? {};
  if (orFigureAtMost !== undefined && limit !== null)
    return figure.median / Math.max(limit.median * atMost, orFigureAtMost);
  if (allowance !== undefined && limit !== null)
    return figure.median / (limit.median * atMost + allowance);
  const value = (target?.of === 'ratio' && ratio !== null ? ratio : figure).median;
  return atLeast === undefined ? value / atMost : atLeast / value;
}
