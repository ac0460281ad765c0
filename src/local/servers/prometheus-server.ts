import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Child, startChild } from '../processes/child-process.ts';
import { findOnPath } from '../processes/find-on-path.ts';
import { checkout } from '../settings.ts';
import type { ServerStart } from './server-start.ts';

export interface PrometheusStart extends ServerStart {
  binary: string;
  /** The address (`host:port`) that each job reads metrics from. */
  targets: Record<string, string>;
}

/** Often enough to watch something happen, and cheap for three processes. */
const interval = '5s';

export function findPrometheus(): string | undefined {
  return findOnPath('prometheus');
}

/** The configuration in JSON, which every YAML parser reads. */
function configuration(targets: Record<string, string>): string {
  const rules = path.join(checkout, 'deploy/observability/rules');
  return JSON.stringify(
    {
      global: { scrape_interval: interval, evaluation_interval: interval },
      rule_files: ['objectives.yml', 'tallyflow.yml'].map((file) => path.join(rules, file)),
      scrape_configs: Object.entries(targets).map(([name, target]) => ({
        job_name: name,
        static_configs: [{ targets: [target] }],
      })),
    },
    undefined,
    2,
  );
}

/** Starts Prometheus with the rules of this checkout. It has no authentication, so it listens on loopback only. */
export async function startPrometheus(
  options: PrometheusStart,
): Promise<{ child: Child; url: string }> {
  const directory = path.join(options.dataDir, 'prometheus');
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'prometheus.yml');
  await writeFile(file, configuration(options.targets));
  const url = `http://127.0.0.1:${options.port}`;
  const child = await startChild({
    ...options,
    name: 'prometheus',
    command: options.binary,
    args: [`--config.file=${file}`, `--storage.tsdb.path=${path.join(directory, 'data')}`]
      .concat(`--web.listen-address=127.0.0.1:${options.port}`)
      // A stack that runs for weeks must not fill the disk.
      .concat('--storage.tsdb.retention.time=30d', '--storage.tsdb.retention.size=1GB'),
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
    readyTimeoutMs: 60_000,
    graceMs: 15_000,
  });
  return { child, url };
}
