import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startProcesses } from '../helpers/processes.ts';
import { createTestNamespace } from '../helpers/temporal-namespace.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

let folder: string;
let db: TestDatabase;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tallyflow-telemetry-'));
  db = await createTestDatabase();
});
afterAll(async () => {
  await db.drop();
  rmSync(folder, { recursive: true });
});

/** The packages that report to others, of all that an API and a worker have loaded. */
async function loadedBy(name: string, environment: Record<string, string>): Promise<string[]> {
  // V8 writes down each script that was loaded when a process ends.
  const coverage = path.join(folder, name);
  const processes = await startProcesses(folder, {
    DATABASE_URL: db.url,
    TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS as string,
    TEMPORAL_NAMESPACE: await createTestNamespace(),
    NODE_V8_COVERAGE: coverage,
    ...environment,
  });
  await processes.stop();
  const files = readdirSync(coverage);
  expect(files.length).toBeGreaterThanOrEqual(2);
  const packages = files.flatMap((file) => {
    const { result } = JSON.parse(readFileSync(path.join(coverage, file), 'utf8'));
    return (result as { url: string }[]).map(
      ({ url }) => /node_modules\/(@(?:opentelemetry|sentry)\/[^/]+)/.exec(url)?.[1],
    );
  });
  return [...new Set(packages.filter((name) => name !== undefined))].sort();
}

it('loads nothing that reports to others, unless it is configured', async () => {
  expect(await loadedBy('off', {})).toEqual(['@opentelemetry/api']);
  const on = await loadedBy('on', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(on).toContain('@opentelemetry/sdk-trace');
});
