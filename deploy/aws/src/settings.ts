import { z } from 'zod';
import { readMachineVariables } from './read-machine-variables.ts';
import { readProgramVariables } from './read-program-variables.ts';

/**
 * What a deployment decides for itself. It stands in a file that is committed, so it holds no secret: those are in
 * Secrets Manager, and here only by name.
 */
const count = z.int().positive();
const host = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a name of a host in lower case');
/** By its digest, so that what was tested and signed is what runs, whoever moves a tag. */
const image = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)+(:[\w.-]+)?@sha256:[0-9a-f]{64}$/, 'must end with @sha256:<digest>');
const secretName = z.string().regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret');

const programVariables = readProgramVariables();
const variableName = z
  .string()
  .refine((name) => programVariables.includes(name), 'is no variable of the program (README)');

/** What others read in a committed file, or see in the console of AWS. */
const secretVariables = new Set(
  programVariables.filter(
    (name) =>
      /(_PASSWORD|_API_KEY|_HEADERS)$/.test(name) ||
      ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'REDIS_URL'].includes(name),
  ),
);
const openVariableName = variableName.refine(
  (name) => !secretVariables.has(name),
  'is a secret, or holds one (docs/deployment.md)',
);

const databaseSettings = z.strictObject({
  /** Graviton. Its memory should hold a day of rows with their indexes (docs/scaling.md). */
  instanceType: z.string().regex(/^[a-z0-9]+\.[a-z0-9]+$/, 'must be as m8g.large, without "db."'),
  storageGib: z.int().min(20),
  /** Storage grows by itself up to this. */
  maxStorageGib: z.int().min(22),
  /** A standby in another availability zone, which takes over within a minute or two. */
  multiAz: z.boolean(),
  /** To any second of so many days the database can be restored. */
  backupDays: z.int().min(7).max(35),
  /** Of a database that was restored and has taken the name of the first one: RDS gave it a secret of its own. */
  ownerSecretArn: z
    .string()
    .regex(/^arn:aws:secretsmanager:[\w-]+:\d{12}:secret:\S+$/)
    .optional(),
});

/** What both ways have. */
export const commonSettings = z.strictObject({
  /** Where browsers and clients find the API and the console. */
  domainName: host,
  /** Of a certificate of ACM for the domain name, in the region of the deployment. */
  certificateArn: z.string().regex(/^arn:aws:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/),
  /** Who hears of alarms, and is the first admin of the console. */
  alarmEmail: z.email(),
  adminEmail: z.email(),
  image,
  /** The commit that the image was built from. */
  releaseCommit: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/, 'must be a commit of Git')
    .optional(),
  database: databaseSettings,
  /** How long logs, and records of the network and of the load balancer, are kept. */
  logDays: z.union([30, 60, 90, 180, 365, 400].map((days) => z.literal(days))),
  /** Variables of the program with other values than their defaults, such as limits (README). Never secrets. */
  variables: z.record(openVariableName, z.string()).default({}),
  /** The same for variables of the worker that are secrets, such as LLM_API_KEY: the names of their secrets. */
  workerSecrets: z.record(variableName, secretName).default({}),
});

export type CommonSettings = z.output<typeof commonSettings>;

const machineVariables = readMachineVariables();

/** The machine is told its release by release/release-simple, so there is none here. */
export const simpleSettings = commonSettings
  .omit({ image: true, releaseCommit: true })
  .extend({
    /** Graviton, with 8 GiB of memory or more. */
    instanceType: z
      .string()
      .regex(/^[a-z]+\d+g[a-z]*\.[a-z0-9]+$/, 'must be a type of Graviton, such as m8g.large'),
    /** How many containers of the worker. */
    workers: count.default(1),
    /** For images and logs that wait. No data is there. */
    diskGib: z.int().min(20),
    /** WAF in front of the load balancer. */
    firewall: z.boolean(),
  })
  .superRefine((settings, context) => {
    for (const key of ['variables', 'workerSecrets'] as const)
      for (const name of Object.keys(settings[key]))
        if (!machineVariables.includes(name))
          context.addIssue({
            code: 'custom',
            path: [key, name],
            message:
              'is not handed on by docker-compose.yml and deploy/aws/simple/docker-compose.yml',
          });
  });

export type SimpleSettings = z.output<typeof simpleSettings>;

/** How many tasks of a service, and how large each is, in units of Fargate (1,024 are a processor) and MiB. */
const serviceSettings = z.strictObject({
  cpu: z.union([512, 1024, 2048, 4096].map((units) => z.literal(units))),
  memoryMib: z.int().min(1024).max(30_720),
  minTasks: count,
  maxTasks: count,
});

export type ServiceSettings = z.output<typeof serviceSettings>;

const temporalCloud = z.strictObject({
  kind: z.literal('cloud'),
  address: z.string().regex(/^[\w.-]+:\d+$/, 'must be host:port'),
  namespace: z.string().min(1),
  uiUrl: z.url(),
  /** `api-key`: the secret is the key. `certificate`: it is JSON with "certificate" and "key", both PEM. */
  authentication: z.enum(['api-key', 'certificate']),
  secretName,
});

const ownTemporal = z.strictObject({
  kind: z.literal('self-hosted'),
  serverImage: image,
  adminToolsImage: image,
  uiImage: image,
  database: databaseSettings,
  server: serviceSettings,
  /** JSON with "authority", "certificate" and "key", all PEM, for the name temporal.tallyflow.internal. */
  certificateSecretName: secretName,
  /** Where the UI is found; the certificate of the domain name has to be good for it too. */
  uiDomainName: host,
  /** The first part of the address at which Cognito lets users of the UI sign in. Unique within a region. */
  signInPrefix: z.string().regex(/^[a-z0-9-]{3,63}$/),
});

export const ecsSettings = commonSettings.extend({
  /** Beside each process, opentelemetry-collector-contrib, copied to a registry of one's own. */
  collectorImage: image,
  /** As many as availability zones, or fewer and cheaper. */
  natGateways: z.int().min(1).max(3),
  api: serviceSettings,
  worker: serviceSettings,
  cacheNodeType: z.string().regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/),
  temporal: z.discriminatedUnion('kind', [temporalCloud, ownTemporal]),
  /** Where traces, metrics and logs go besides AWS, such as New Relic. */
  telemetry: z
    .strictObject({
      endpoint: z
        .url({ protocol: /^https$/ })
        .refine((text) => new URL(text).port === '', 'must be on port 443: tasks reach no other'),
      /** A secret that is the value of the header. */
      headerName: z.string().regex(/^[\w-]+$/),
      headerSecretName: secretName,
    })
    .optional(),
  /** Batches through Kafka: the gateway and the consumer, with MSK. Left out, the API stores what it accepts. */
  kafka: z
    .strictObject({
      /**
       * False at first: then there are brokers, which let nobody do anything, and processes do as without Kafka. People set
       * the ACLs (release/set-kafka-acls), and with true the topics, the gateway and the consumer follow.
       */
      hasAcls: z.boolean(),
      gatewayImage: image,
      gateway: serviceSettings,
      consumer: serviceSettings,
      brokerInstanceType: z.string().regex(/^kafka\.[a-z0-9]+\.[a-z0-9]+$/),
      brokerStorageGib: z.int().min(10),
    })
    .optional(),
});

export type EcsSettings = z.output<typeof ecsSettings>;

/** Of the account that builds, and deploys to the environments. */
export const pipelineSettings = z.strictObject({
  /**
   * As GitHub's tokens name it: with the ids of owner and repository, so that nobody who gets hold of the names later is
   * trusted. Repositories from before 15 July 2026 are named without ids until they opt in.
   */
  gitHubRepository: z
    .string()
    .regex(
      /^[\w.-]+(@\d+\/[\w.-]+@\d+|\/[\w.-]+)$/,
      'must be owner@id/name@id, or owner/name of an old repository',
    ),
  /** Environments of this repository at GitHub, whose rules ask for approval, and the way each is deployed. */
  environments: z.record(z.string().regex(/^[a-z0-9-]+$/), z.enum(['simple', 'ecs'])),
});

export type PipelineSettings = z.output<typeof pipelineSettings>;
