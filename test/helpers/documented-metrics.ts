import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface DocumentedMetric {
  name: string;
  of: string[];
  labels: string[];
}

/** The rows of the tables in the section "Metrics" of docs/observability.md. */
export function documentedMetrics(): DocumentedMetric[] {
  const text = readFileSync(
    path.resolve(import.meta.dirname, '../../docs/observability.md'),
    'utf8',
  );
  const section = /^## Metrics$(.*?)^## /ms.exec(text)?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [name = '', of = '', labels = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return {
        name: name.replaceAll('`', ''),
        of: of.split(', '),
        labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label as string),
      };
    });
}
