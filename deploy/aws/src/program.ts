import type { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type Cluster, Secret } from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CollectorProps } from './add-collector.ts';
import type { Cache } from './cache.ts';
import type { Database } from './database.ts';
import type { GeneratedSecret } from './generated-secret.ts';
import type { EcsSettings } from './settings.ts';
import type { TemporalConnection } from './temporal-connection.ts';

/** Where everything runs. */
export interface Foundation {
  vpc: Vpc;
  cluster: Cluster;
  key: IKey;
  settings: EcsSettings;
}

/** What all processes of the program share: where they run, and what they connect to. */
export interface Program extends Foundation {
  database: Database;
  /** Of the role that reads and writes, and owns nothing. */
  databasePassword: GeneratedSecret;
  cache: Cache;
  temporal: TemporalConnection;
  collector: CollectorProps;
}

/** The role that migrations create, and that all other processes have. */
const role = 'tallyflow_app';

/** Variables of every process. src/config.ts explains each, and a test makes sure that it knows them. */
export const sharedVariables = ({ settings, database, cache, temporal }: Program) => ({
  ...settings.variables,
  DATABASE_URL: database.url(role),
  REDIS_URL: cache.url,
  ...temporal.variables,
  ...(settings.releaseCommit !== undefined && { RELEASE_COMMIT: settings.releaseCommit }),
});

/** To the collector of the same task. It fetches metrics by itself, and the platform has the log, unless both go elsewhere too. */
export function telemetryVariables({ settings }: Program): Record<string, string> {
  const exporter = settings.telemetry === undefined ? 'none' : 'otlp';
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_LOGS_EXPORTER: exporter,
    OTEL_METRICS_EXPORTER: exporter,
  };
}

export const sharedSecrets = ({ databasePassword, cache, temporal }: Program) => ({
  DATABASE_PASSWORD: Secret.fromSecretsManager(databasePassword),
  REDIS_PASSWORD: Secret.fromSecretsManager(cache.password),
  ...temporal.secrets,
});

/** Secrets that are named, not made, by this stack. */
export const namedSecrets = (scope: Construct, names: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(names).map(([variable, name]) => [
      variable,
      Secret.fromSecretsManager(StoredSecret.fromSecretNameV2(scope, `Named-${variable}`, name)),
    ]),
  );

/** Lets a process reach what every process connects to. */
export function allowShared(securityGroup: SecurityGroup, program: Program): void {
  program.database.instance.connections.allowDefaultPortFrom(securityGroup, 'The program');
  program.cache.allowFrom(securityGroup);
  program.temporal.allowFrom(securityGroup);
}
