import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ecsSettings, pipelineSettings, simpleSettings } from '../src/settings.ts';

const folder = path.resolve(import.meta.dirname, '../settings');
const schemas = [simpleSettings, ecsSettings, pipelineSettings];

const isValid = (settings: unknown): boolean =>
  schemas.some((schema) => schema.safeParse(settings).success);

const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

test.each(readdirSync(folder))('%s is valid, and sets variables that the program knows', (file) => {
  expect(isValid(read(file))).toBe(true);
});

test('a misspelt setting or variable would be noticed', () => {
  const simple = read('simple.example.json');
  expect(isValid({ ...simple, disk: 40 })).toBe(false);
  expect(isValid({ ...simple, variables: { LOG_LEVLE: 'warn' } })).toBe(false);
  expect(isValid({ ...simple, variables: { LOG_LEVEL: 'warn' } })).toBe(true);
});

test('a repository is named with both ids, or as one from before them', () => {
  const isRepository = (gitHubRepository: string) =>
    isValid({ ...read('pipeline.example.json'), gitHubRepository });
  for (const good of ['owner@1/name@2', 'owner/name']) expect(isRepository(good)).toBe(true);
  for (const bad of ['owner@1/name', 'owner/name@2', 'owner@x/name@y', 'owner', 'owner/*'])
    expect(isRepository(bad)).toBe(false);
});

test.each([
  { variables: { REDIS_CA_FILE: '/x' } },
  { variables: { KAFKA_BROKERS: 'a:9092' } },
  { variables: { TRUSTED_PROXY_HOPS: '2' } },
  { workerSecrets: { KAFKA_SASL_PASSWORD: 'x' } },
  { workers: 0 },
])('the one machine is told nothing that it would not hear: %j', (change) => {
  expect(simpleSettings.safeParse({ ...read('simple.example.json'), ...change }).success).toBe(
    false,
  );
});
