import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@jest/globals';
import { parse } from 'yaml';
import { type Container, containersOf } from './containers.ts';
import { ofType, type Synthesized } from './synthesize.ts';

const compose = parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../docker-compose.yml'), 'utf8'),
  { merge: true },
) as {
  services: Record<
    string,
    { command: string[]; stop_grace_period?: string; healthcheck?: { test: string[] } }
  >;
};

/** Services of docker-compose.yml by the constructs that do the same here. */
const counterparts: Record<string, string> = {
  Api: 'api',
  Worker: 'worker',
  Consumer: 'consumer',
  Gateway: 'gateway',
  Migration: 'migrate',
  Topics: 'kafka-topics',
};

/** What has to hold for every task and service of ECS. */
export function expectTasks(stack: Synthesized, programs: Record<string, Container>): void {
  for (const [name, container] of Object.entries(programs)) expectAsInCompose(name, container);
  for (const container of allContainers(stack)) {
    expect(container.Image).toEqual(atDigest);
    expectNoSecrets(container);
  }
  for (const [name, container] of Object.entries(containersOf(stack, 'Program'))) {
    // Temporal's UI writes its configuration beside itself.
    expectConfined(name, container, name !== 'TemporalUi');
    // Images of Temporal differ in whether they run a command.
    if (name.startsWith('Temporal'))
      expect([name, container.EntryPoint?.length, container.Command]).toEqual([
        name,
        expect.any(Number),
        undefined,
      ]);
  }
  for (const [name, container] of Object.entries(containersOf(stack, 'Collector')))
    expectConfined(name, container, true);
  expectServices(stack);
}

const expectConfined = (name: string, container: Container, isReadOnly: boolean): void =>
  expect({ name, ...container }).toMatchObject({
    name,
    ReadonlyRootFilesystem: isReadOnly,
    LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
  });

const allContainers = (stack: Synthesized): Container[] => [
  ...Object.values(containersOf(stack, 'Program')),
  ...Object.values(containersOf(stack, 'Collector')),
];

/** Of ECR, and what was tested and signed, whoever moves a tag. */
const atDigest = {
  asymmetricMatch: (image: unknown) =>
    /\.dkr\.ecr\..*@sha256:[0-9a-f]{64}"/.test(JSON.stringify(image)),
};

/** The same command, and as much time to end; a container without a shell has its own check. */
function expectAsInCompose(name: string, { Command = [], ...container }: Container): void {
  const counterpart = compose.services[counterparts[name] ?? ''];
  if (counterpart === undefined) throw new Error(`docker-compose.yml has no ${name}`);
  const shell = Command.indexOf('sh', 1);
  expect([name, Command.slice(shell + 1)]).toEqual([name, counterpart.command ?? []]);
  const seconds = Number.parseInt(counterpart.stop_grace_period ?? '0', 10);
  expect([name, (container.StopTimeout ?? 30) >= seconds]).toEqual([name, true]);
  if (counterpart.healthcheck?.test !== undefined)
    expect([name, container.HealthCheck?.Command]).toEqual([name, counterpart.healthcheck.test]);
}

/** Secrets come by reference. The authority of a database is public, and so are names of files. */
function expectNoSecrets({ Environment = [] }: Container): void {
  const suspicious = Environment.map(({ Name }) => Name).filter(
    (name) =>
      /PASSWORD|PWD|SECRET|TOKEN|_KEY$|_KEY_PEM|DSN|HEADERS/.test(name) &&
      !name.startsWith('TEMPORAL_TLS_'),
  );
  expect(suspicious).toEqual([]);
  const urls = Environment.filter(({ Value }) => /:\/\/[^/@]*:[^/@]*@/.test(JSON.stringify(Value)));
  expect(urls).toEqual([]);
}

function expectServices(stack: Synthesized): void {
  const runs = ofType(stack, 'AWS::CloudFormation::CustomResource').map(({ id }) => id);
  const services = ofType(stack, 'AWS::ECS::Service');
  expect(services.length).toBeGreaterThan(1);
  for (const { id, properties } of services) {
    expect(properties).toMatchObject({
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
      },
      EnableExecuteCommand: false,
    });
    const before = (stack.resources[id]?.DependsOn ?? []).filter((other) => runs.includes(other));
    expect([id, before.sort()]).toEqual([id, runs.filter((run) => waitsFor(id, run)).sort()]);
  }
  for (const { properties } of ofType(stack, 'AWS::ECS::TaskDefinition'))
    expect(properties).toMatchObject({
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      RequiresCompatibilities: ['FARGATE'],
    });
}

/** Whether a service starts after a run has ended. */
function waitsFor(service: string, run: string): boolean {
  if (service.startsWith('TemporalUi')) return run.startsWith('TemporalSetup');
  if (service.startsWith('Temporal')) return run.startsWith('TemporalSchema');
  return !run.startsWith('TemporalSchema');
}

interface Statement {
  Action: string | string[];
}

/** What each role of a task may do, without the secrets that it reads. */
export function rightsOf(stack: Synthesized): Record<string, string[]> {
  const policies = ofType(stack, 'AWS::IAM::Policy').filter(({ id }) =>
    /Task(Execution|Task)Role/.test(id),
  );
  return Object.fromEntries(
    policies
      .map(({ id, properties }): [string, string[]] => {
        const { Statement } = properties.PolicyDocument as { Statement: Statement[] };
        return [
          id.replace(/DefaultPolicy[0-9A-F]{8}$/, ''),
          [...new Set(Statement.flatMap(({ Action }) => Action))].sort(),
        ];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
