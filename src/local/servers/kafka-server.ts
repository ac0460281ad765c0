import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from '../processes/child-process.ts';
import { checkout } from '../settings.ts';
import type { KafkaInstallation } from './find-kafka.ts';
import type { ServerStart } from './server-start.ts';

export interface KafkaStart extends ServerStart {
  installation: KafkaInstallation;
  /** Where the broker, which is its own controller, speaks to itself. */
  controllerPort: number;
  /** More settings of the broker, or others in place of these. */
  properties?: Record<string, string>;
  /** More arguments for the tool that formats the directory of a new broker, such as its first users. */
  formatArguments?: string[];
}

/** The id of the cluster. Nothing tells two local brokers apart but their ports and directories. */
const clusterId = 'dGFsbHlmbG93LWxvY2FsMQ';

/** The broker uses some 390 MB with these. Without a limit, Java would take a quarter of the machine. */
const javaFlags = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC'];

/** A broker alone, which is its own controller: no second copy of anything, and topics only on request. */
function defaultProperties(directory: string, { port, controllerPort }: KafkaStart) {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': directory,
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1',
    // The default of 50 would open 50 logs for a single group.
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // After a SIGKILL, a broker waits until its earlier self counts as gone: 9 s by default.
    'broker.session.timeout.ms': '4000',
    'broker.heartbeat.interval.ms': '1000',
    // A first consumer would otherwise wait 3 s for others.
    'group.initial.rebalance.delay.ms': '0',
  };
}

/**
 * Starts a Kafka broker that is its own controller. It has no authentication unless `properties` say otherwise, so it
 * listens on loopback only. On the same data it may be started on other ports.
 */
export async function startKafka(options: KafkaStart): Promise<{ child: Child; brokers: string }> {
  const { dataDir, installation } = options;
  const home = path.join(dataDir, 'kafka');
  const directory = path.join(home, 'data');
  const unfinished = path.join(home, 'unfinished');
  const file = path.join(home, 'server.properties');
  const write = async (logDirectory: string) => {
    const properties = { ...defaultProperties(logDirectory, options), ...options.properties };
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
    // It may hold passwords.
    await writeFile(file, lines.join(''), { mode: 0o600 });
  };
  const java = (flags: string[], main: string, ...args: string[]) => [
    ...flags,
    ...['-cp', path.join(installation.jars, '*')],
    `-Dlog4j2.configurationFile=${path.join(checkout, 'src/local/kafka/log4j2.xml')}`,
    ...[main, ...args],
  ];

  await mkdir(home, { recursive: true });
  if (!existsSync(directory)) {
    // It is formatted next to its place and then moved, so that an interrupted start leaves no partial directory.
    await rm(unfinished, { recursive: true, force: true });
    await write(unfinished);
    const format = ['format', '--cluster-id', clusterId, '--config', file];
    await promisify(execFile)(
      installation.java,
      java(
        ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
        'kafka.tools.StorageTool',
        ...format,
        ...(options.formatArguments ?? []),
      ),
      { signal: options.signal },
    );
    await rename(unfinished, directory);
  }
  await write(directory);
  const child = await startChild({
    ...options,
    name: 'kafka',
    command: installation.java,
    args: java(javaFlags, 'kafka.Kafka', file),
    ready: async (logFile) => logFile.text().includes('Kafka Server started'),
    // It took 6 to 16 s on a busy machine, and reads its logs first after a SIGKILL.
    readyTimeoutMs: 120_000,
    graceMs: 30_000,
  });
  return { child, brokers: `127.0.0.1:${options.port}` };
}
