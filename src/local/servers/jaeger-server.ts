import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Child, startChild } from '../processes/child-process.ts';
import { findOnPath } from '../processes/find-on-path.ts';
import type { ServerStart } from './server-start.ts';

export interface JaegerStart extends ServerStart {
  binary: string;
  /** The port on which it receives traces. `port` is that of its UI. */
  otlpPort: number;
}

/** Jaeger keeps traces in memory. One of a large batch takes about a megabyte. */
const maxTraces = 2_000;

export function findJaeger(): string | undefined {
  return findOnPath('jaeger');
}

/** The configuration in JSON, which every YAML parser reads. Without one, Jaeger opens a dozen ports. */
function configuration(uiPort: number, otlpPort: number): string {
  return JSON.stringify({
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: maxTraces } } } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: `127.0.0.1:${uiPort}` },
        grpc: { endpoint: '127.0.0.1:0' },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlpPort}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  });
}

/** Starts Jaeger 2, which receives traces and shows them. It has no authentication, so it listens on loopback only. */
export async function startJaeger(
  options: JaegerStart,
): Promise<{ child: Child; url: string; otlpUrl: string }> {
  const directory = path.join(options.dataDir, 'jaeger');
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'jaeger.yml');
  await writeFile(file, configuration(options.port, options.otlpPort));
  const url = `http://127.0.0.1:${options.port}`;
  const child = await startChild({
    ...options,
    name: 'jaeger',
    command: options.binary,
    args: ['--config', file],
    // By itself it traces its own requests, and sends these to a port where nobody listens.
    env: { ...process.env, OTEL_TRACES_SAMPLER: 'always_off' },
    ready: async () => (await fetch(`${url}/api/services`)).ok,
    readyTimeoutMs: 60_000,
    graceMs: 15_000,
  });
  return { child, url, otlpUrl: `http://127.0.0.1:${options.otlpPort}` };
}
