import { readFileSync } from 'node:fs';

const heading = '## Where the gateway differs';

/** The names of the differences between API and gateway, as the table of the contract has them. */
export function readDifferences(): string[] {
  const [, section = ''] = readFileSync('docs/kafka.md', 'utf8').split(`${heading}\n`);
  const [table = ''] = section.split(/^## /m);
  return [...table.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name = '']) => name);
}
