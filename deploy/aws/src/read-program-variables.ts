import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The names of the variables that the program knows, from the text of src/config.ts: to import it wants packages that are
 * not installed where stacks are deployed. A test compares the two.
 */
export function readProgramVariables(): string[] {
  const file = path.resolve(import.meta.dirname, '../../../src/config.ts');
  const names = [...readFileSync(file, 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
    ([, name = '']) => name,
  );
  return [...new Set(names)];
}
