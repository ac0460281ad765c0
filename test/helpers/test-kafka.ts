import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Child } from '../../src/local/processes/child-process.ts';
import { reservePorts } from '../../src/local/processes/ports.ts';
import { livingProcesses } from '../../src/local/processes/process-record.ts';
import { findKafka } from '../../src/local/servers/find-kafka.ts';
import { type KafkaStart, startKafka } from '../../src/local/servers/kafka-server.ts';
import { createAuthority } from './certificates.ts';

/** What a client of a broker that asks for it presents. */
export interface KafkaSecurity {
  /** The PEM file of the authority that issued the broker's certificate. */
  caFile: string;
  username: string;
  password: string;
  /** A broker address that asks for nothing, and where one may do everything, such as create users and ACLs. */
  openBrokers: string;
}

/** A broker of a suite's own, on free ports. */
export interface TestKafka {
  brokers: string;
  /** Undefined unless the broker was asked to have it. */
  security: KafkaSecurity | undefined;
  /** Kills the broker, so that nothing more is flushed or said. */
  kill(): Promise<void>;
  /** Stops the broker in its tracks: connections stay open, and nothing answers. */
  pause(): void;
  resume(): void;
  /** Asks the broker to end, and waits until it has. */
  stop(): Promise<void>;
  /** Starts it again after `kill` or `stop`, on the same port and with the same data. */
  start(): Promise<void>;
  /** Stops it for good, and deletes its data. */
  close(): Promise<void>;
}

export interface TestKafkaOptions {
  /** Encrypts the client's connections and asks for a user with SCRAM. Only named users may do anything. */
  withSecurity?: boolean;
  /** With security: users that may do only what ACLs allow, with the same password. */
  users?: string[];
}

const username = 'tallyflow';
const password = 'only-for-this-test';

interface SecurityStart extends Pick<KafkaStart, 'properties' | 'formatArguments'> {
  security: KafkaSecurity;
}

async function prepareSecurity(
  folder: string,
  ports: { client: number; open: number; controller: number },
  users: readonly string[],
): Promise<SecurityStart> {
  const certificates = path.join(folder, 'certificates');
  await mkdir(certificates, { recursive: true });
  const authority = await createAuthority(certificates, 'kafka');
  const issued = await authority.issue('broker', 'IP:127.0.0.1,DNS:localhost');
  const keystore = path.join(certificates, 'keystore.pem');
  await writeFile(
    keystore,
    `${await readFile(issued.key, 'utf8')}${await readFile(issued.cert, 'utf8')}`,
  );
  const loginModule = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const open = `127.0.0.1:${ports.open}`;
  return {
    security: { caFile: authority.cert, username, password, openBrokers: open },
    properties: {
      listeners: `CLIENT://127.0.0.1:${ports.client},OPEN://${open},CONTROLLER://127.0.0.1:${ports.controller}`,
      'listener.security.protocol.map': 'CLIENT:SASL_SSL,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'OPEN',
      'listener.name.client.ssl.keystore.type': 'PEM',
      'listener.name.client.ssl.keystore.location': keystore,
      'listener.name.client.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.client.scram-sha-256.sasl.jaas.config': loginModule,
      'listener.name.client.scram-sha-512.sasl.jaas.config': loginModule,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Whoever comes by the open listener is anonymous.
      'super.users': `User:ANONYMOUS;User:${username}`,
    },
    formatArguments: [username, ...users].flatMap((name) =>
      ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    ),
  };
}

/** Starts a broker on free ports, with data of its own. It has no topics yet. */
export async function startTestKafka(options: TestKafkaOptions = {}): Promise<TestKafka> {
  const installation = findKafka();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tallyflow-kafka-'));
  const found = await reservePorts(
    ['client', 'open', 'controller'].map((variable) => ({ variable, port: 0, host: '127.0.0.1' })),
  );
  const ports = found as { client: number; open: number; controller: number };
  const secured = options.withSecurity
    ? await prepareSecurity(dataDir, ports, options.users ?? [])
    : undefined;
  const start = () =>
    startKafka({
      dataDir,
      installation,
      port: ports.client,
      controllerPort: ports.controller,
      log: () => {},
      ...(secured && {
        properties: secured.properties,
        formatArguments: secured.formatArguments,
      }),
    });
  let child: Child;
  try {
    ({ child } = await start());
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const send = (signal: NodeJS.Signals) => {
    const record = livingProcesses(dataDir).find(({ name }) => name === 'kafka');
    if (record === undefined) throw new Error('the broker is not running');
    process.kill(record.pid, signal);
  };
  return {
    brokers: `127.0.0.1:${ports.client}`,
    security: secured?.security,
    async kill() {
      send('SIGKILL');
      await child.died;
    },
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    stop: () => child.stop(),
    async start() {
      ({ child } = await start());
    },
    async close() {
      await child.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
