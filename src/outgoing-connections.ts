import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { RedisServer } from './cache/connect-redis.ts';
import type { Config } from './config.ts';
import type { KafkaConnection } from './kafka/connection.ts';
import type { TemporalSecurity } from './temporal/connection.ts';

/** The Redis server of the configuration; undefined where there is none. Throws where a file can't be read. */
export function redisServer(config: Config): RedisServer | undefined {
  if (config.REDIS_URL === undefined) return undefined;
  const tls = {
    ...read('ca', config.REDIS_CA_FILE),
    ...read('cert', config.REDIS_CERT_FILE),
    ...read('key', config.REDIS_KEY_FILE),
  };
  return { url: config.REDIS_URL, tls };
}

/** How to speak to Temporal by the configuration. Throws where a file can't be read. */
export function temporalSecurity(config: Config): TemporalSecurity {
  const { TEMPORAL_CERT_FILE, TEMPORAL_KEY_FILE, TEMPORAL_API_KEY, TEMPORAL_SERVER_NAME } = config;
  if (!config.TEMPORAL_TLS) return {};
  const hasPair = TEMPORAL_CERT_FILE !== undefined && TEMPORAL_KEY_FILE !== undefined;
  return {
    tls: {
      ...(config.TEMPORAL_CA_FILE !== undefined && {
        serverRootCACertificate: readFileSync(config.TEMPORAL_CA_FILE),
      }),
      ...(hasPair && {
        clientCertPair: {
          crt: readFileSync(TEMPORAL_CERT_FILE),
          key: readFileSync(TEMPORAL_KEY_FILE),
        },
      }),
      ...(TEMPORAL_SERVER_NAME !== undefined && { serverNameOverride: TEMPORAL_SERVER_NAME }),
    },
    ...(TEMPORAL_API_KEY !== undefined && { apiKey: TEMPORAL_API_KEY }),
  };
}

/** The Kafka cluster of the configuration; undefined where there is none. Throws where a file can't be read. */
export function kafkaConnection(config: Config): KafkaConnection | undefined {
  const { KAFKA_BROKERS, KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = config;
  if (KAFKA_BROKERS === undefined) return undefined;
  const isNamed = KAFKA_BROKERS.some((broker) => isIP(broker.replace(/^\[|\]?:\d+$/g, '')) === 0);
  return {
    bootstrapBrokers: KAFKA_BROKERS,
    ...(config.KAFKA_TLS && {
      tls: {
        ...read('ca', config.KAFKA_CA_FILE),
        ...read('cert', config.KAFKA_CERT_FILE),
        ...read('key', config.KAFKA_KEY_FILE),
      },
      // Services in the cloud tell clusters apart by the name in the greeting. An address is none.
      tlsServerName: isNamed,
    }),
    ...(KAFKA_SASL_MECHANISM !== undefined &&
      KAFKA_SASL_USERNAME !== undefined &&
      KAFKA_SASL_PASSWORD !== undefined && {
        sasl: {
          mechanism: saslMechanisms[KAFKA_SASL_MECHANISM],
          username: KAFKA_SASL_USERNAME,
          password: KAFKA_SASL_PASSWORD,
        },
      }),
  };
}

const saslMechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;

const read = <Name extends string>(name: Name, file: string | undefined) =>
  file === undefined ? {} : ({ [name]: readFileSync(file, 'utf8') } as Record<Name, string>);
