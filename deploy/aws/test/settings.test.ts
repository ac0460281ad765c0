import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { configVariables } from '../../../src/config.ts';
import { ecsSettings, pipelineSettings, simpleSettings } from '../src/settings.ts';

const folder = path.resolve(import.meta.dirname, '../settings');
const schemas = [simpleSettings, ecsSettings, pipelineSettings];

/** What is wrong with the settings of a deployment, whichever way it goes. */
function findFaults(settings: { variables?: Record<string, string> }): string[] {
  const isValid = schemas.some((schema) => schema.safeParse(settings).success);
  const known: readonly string[] = configVariables;
  const unknown = Object.keys(settings.variables ?? {}).filter((name) => !known.includes(name));
  return [...(isValid ? [] : ['no schema takes it']), ...unknown];
}

const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

test.each(readdirSync(folder))('%s is valid, and sets variables that the program knows', (file) => {
  expect(findFaults(read(file))).toEqual([]);
});

test('a misspelt setting or variable would be noticed', () => {
  const simple = read('simple.example.json');
  expect(findFaults({ ...simple, disk: 40 })).toEqual(['no schema takes it']);
  expect(findFaults({ ...simple, variables: { LOG_LEVLE: 'warn' } })).toEqual(['LOG_LEVLE']);
});
