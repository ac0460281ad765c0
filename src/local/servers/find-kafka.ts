import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findOnPath } from '../processes/find-on-path.ts';
import { checkout } from '../settings.ts';
import { userCache } from '../user-cache.ts';

const missing = `There is no Kafka broker. Run script/bootstrap --with-kafka, which fetches one from Maven Central, or set
KAFKA_BROKERS to running brokers.`;

/** The pom alone names the version, so that whatever watches dependencies sees it. */
export function kafkaVersion(): string {
  const pom = readFileSync(path.join(checkout, 'src/local/kafka/pom.xml'), 'utf8');
  return /<kafka\.version>(.+)<\/kafka\.version>/.exec(pom)?.[1] ?? '';
}

export interface KafkaInstallation {
  java: string;
  /** The directory with the broker's jars. */
  jars: string;
}

/** Finds the broker in the user's cache, which all checkouts share. Throws an Error that says what is missing. */
export function findKafka(env: NodeJS.ProcessEnv = process.env): KafkaInstallation {
  const jars = path.join(userCache(env), `kafka-${kafkaVersion()}`);
  if (!existsSync(jars)) throw new Error(missing);
  const java = findOnPath('java', env);
  if (!java) throw new Error('Kafka needs Java 17 or newer, but `java` is not on the PATH.');
  return { java, jars };
}
