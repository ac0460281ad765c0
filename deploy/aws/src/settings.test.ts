import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configVariables } from '../../../src/config.ts';
import { readProgramVariables } from './read-program-variables.ts';
import { ecsSettings } from './settings.ts';

const example = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../settings/ecs.example.json'), 'utf8'),
);
const problemsOf = (change: object): string[] =>
  (ecsSettings.safeParse({ ...example, ...change }).error?.issues ?? []).map(({ path: place }) =>
    place.join('.'),
  );

it('knows the variables of the program', () => {
  expect(readProgramVariables().sort()).toEqual([...configVariables].sort());
});

describe('ecsSettings', () => {
  it('takes the example', () => expect(problemsOf({})).toEqual([]));

  it.each([
    [
      'a variable that the program does not know',
      { variables: { LOG_LEVLE: 'debug' } },
      'variables.LOG_LEVLE',
    ],
    ['a secret for such a variable', { workerSecrets: { LLM_KEY: 'x' } }, 'workerSecrets.LLM_KEY'],
    ['a secret among variables', { variables: { LLM_API_KEY: 'x' } }, 'variables.LLM_API_KEY'],
    [
      'the address of a database, which may hold a password',
      { variables: { DATABASE_URL: 'x' } },
      'variables.DATABASE_URL',
    ],
    [
      'an endpoint that no task reaches',
      { telemetry: { endpoint: 'https://a.b:4318', headerName: 'k', headerSecretName: 'k' } },
      'telemetry.endpoint',
    ],
    ['an image without a digest', { image: 'registry.example/tallyflow:1.0.0' }, 'image'],
    [
      'backups of less than a week',
      { database: { ...example.database, backupDays: 6 } },
      'database.backupDays',
    ],
    ['a setting that it does not know', { backupDays: 7 }, ''],
  ])('refuses %s', (_, change, place) => {
    expect(problemsOf(change)).toEqual([place]);
  });
});
