import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const scripts = path.resolve(import.meta.dirname, '../../deploy/aws/release');

/** As RDS describes the database of the ECS way. */
const database = {
  DBSubnetGroup: { DBSubnetGroupName: 'subnets' },
  DBParameterGroups: [{ DBParameterGroupName: 'parameters' }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }, { VpcSecurityGroupId: 'sg-2' }],
  MultiAZ: true,
  MaxAllocatedStorage: 1000,
  EnabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
  CACertificateIdentifier: 'rds-ca-rsa2048-g1',
  BackupRetentionPeriod: 14,
  MonitoringInterval: 60,
  MonitoringRoleArn: 'monitoring',
  DatabaseInsightsMode: 'standard',
  PerformanceInsightsKMSKeyId: 'our-key',
  MasterUserSecret: { SecretArn: 'secret-arn', SecretStatus: 'active', KmsKeyId: 'our-key' },
};

/** Stands in for the AWS CLI: writes down how it was called. A wait fails as often as a file says. */
const aws = `#!/bin/bash
echo "$*" >>"$WORLD/calls"
case "$*" in
  "rds describe-db-instances "*) cat "$WORLD/database" ;;
  "rds wait "*) [[ ! -s $WORLD/fails ]] || { sed -i 1d "$WORLD/fails"; exit 255; } ;;
  "application-autoscaling describe-scalable-targets "*) cat "$WORLD/targets" ;;
esac
`;

let world: string;
const write = (file: string, text: string) => writeFileSync(path.join(world, file), text);
const calls = (): string[] =>
  existsSync(path.join(world, 'calls'))
    ? readFileSync(path.join(world, 'calls'), 'utf8').trim().split('\n')
    : [];

function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(path.join(scripts, script), args, {
    env: { PATH: `${world}:${process.env.PATH}`, WORLD: world, RELEASE_POLL_SECONDS: '0' },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeEach(() => {
  world = mkdtempSync(path.join(tmpdir(), 'tallyflow-operations-'));
  write('aws', aws);
  chmodSync(path.join(world, 'aws'), 0o755);
  write('database', JSON.stringify(database));
  write('targets', 'service/cluster/api\t2\nservice/cluster/worker\t3\n');
});

afterEach(() => rmSync(world, { recursive: true }));

describe('restore-database', () => {
  const changes = () => calls().filter((call) => /^rds (restore|modify)/.test(call));

  test('makes a copy that has everything the first one has', () => {
    const { status, stderr } = run('restore-database', 'data', '2026-01-31T12:00:00Z');
    expect([status, stderr]).toEqual([0, '']);
    expect(changes()).toEqual([
      'rds restore-db-instance-to-point-in-time --source-db-instance-identifier data ' +
        '--target-db-instance-identifier data-restored --restore-time 2026-01-31T12:00:00Z ' +
        '--db-subnet-group-name subnets --db-parameter-group-name parameters ' +
        '--vpc-security-group-ids sg-1 sg-2 --multi-az --max-allocated-storage 1000 ' +
        '--enable-cloudwatch-logs-exports postgresql upgrade ' +
        '--ca-certificate-identifier rds-ca-rsa2048-g1 ' +
        '--no-publicly-accessible --copy-tags-to-snapshot --deletion-protection',
      'rds modify-db-instance --apply-immediately --db-instance-identifier data-restored ' +
        '--backup-retention-period 14 --monitoring-interval 60 --monitoring-role-arn monitoring ' +
        '--database-insights-mode standard --enable-performance-insights ' +
        '--performance-insights-kms-key-id our-key ' +
        '--manage-master-user-password --master-user-secret-kms-key-id our-key',
    ]);
  });

  test('leaves the password as it was where RDS does not manage it, and has no standby', () => {
    write('database', JSON.stringify({ ...database, MultiAZ: false, MasterUserSecret: undefined }));
    expect(run('restore-database', 'data', 'latest').status).toBe(0);
    expect(changes()[0]).toContain(' --use-latest-restorable-time ');
    expect(changes()[0]).toContain(' --no-multi-az ');
    expect(changes()[1]).not.toContain('password');
  });

  test('restores backups that were copied from another region', () => {
    expect(run('restore-database', 'data', 'latest', 'arn:backups').status).toBe(0);
    expect(changes()[0]).toMatch(/--source-db-instance-automated-backups-arn arn:backups /);
    expect(changes()[0]).not.toContain('--source-db-instance-identifier');
  });

  test('waits for a copy that takes longer than the AWS CLI waits', () => {
    write('fails', '1\n2\n');
    expect(run('restore-database', 'data', 'latest').status).toBe(0);
    expect(calls().filter((call) => call.startsWith('rds wait'))).toHaveLength(3);
  });

  test('gives up on a copy that does not come, and changes nothing else', () => {
    write('fails', '1\n'.repeat(100));
    expect(run('restore-database', 'data', 'latest').status).toBe(1);
    expect(changes()).toHaveLength(1);
  });

  test('swaps the names, one after the other, and prints the new secret', () => {
    const { status, stdout } = run('restore-database', '--swap', 'data');
    expect([status, stdout]).toEqual([0, 'secret-arn\n']);
    const rename = (from: string, to: string) => [
      `rds modify-db-instance --apply-immediately --db-instance-identifier ${from} --new-db-instance-identifier ${to}`,
      `rds wait db-instance-available --db-instance-identifier ${to}`,
    ];
    expect(calls().slice(0, -1)).toEqual([
      'rds wait db-instance-available --db-instance-identifier data-restored',
      ...rename('data', 'data-before'),
      ...rename('data-restored', 'data'),
    ]);
  });

  test('renames nothing where there is no copy', () => {
    write('fails', '1\n');
    expect(run('restore-database', '--swap', 'data').status).toBe(255);
    expect(changes()).toEqual([]);
  });
});

describe('pause-ecs', () => {
  const suspended = (value: boolean) =>
    `DynamicScalingInSuspended=${value},DynamicScalingOutSuspended=${value},ScheduledScalingSuspended=${value}`;
  const scaled = (service: string, isSuspended: boolean, tasks: number) => [
    `application-autoscaling register-scalable-target --service-namespace ecs --resource-id service/cluster/${service} ` +
      `--scalable-dimension ecs:service:DesiredCount --suspended-state ${suspended(isSuspended)}`,
    `ecs update-service --cluster cluster --service ${service} --desired-count ${tasks}`,
  ];
  const end = 'ecs wait services-stable --cluster cluster --services api worker';

  test('stops scaling before it stops the services', () => {
    expect(run('pause-ecs', 'cluster').status).toBe(0);
    expect(calls()[0]).toContain("starts_with(ResourceId, 'service/cluster/')");
    expect(calls().slice(1)).toEqual([
      ...scaled('api', true, 0),
      ...scaled('worker', true, 0),
      end,
    ]);
  });

  test('starts the least number of tasks again', () => {
    expect(run('pause-ecs', '--end', 'cluster').status).toBe(0);
    expect(calls().slice(1)).toEqual([
      ...scaled('api', false, 2),
      ...scaled('worker', false, 3),
      end,
    ]);
  });

  test('says where a cluster has no services', () => {
    write('targets', '');
    const { status, stderr } = run('pause-ecs', 'other');
    expect([status, stderr]).toEqual([
      1,
      'pause-ecs: the cluster other has no service that scales\n',
    ]);
  });
});
