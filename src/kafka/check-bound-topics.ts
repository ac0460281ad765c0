import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, ConfigResourceTypes } from '@platformatic/kafka';
import type { ConsumerContext } from './consumer-context.ts';

const pauseMs = 2_000;

/** What a topic must have so that its writers can't send a small record that unfolds to gigabytes. */
const wanted = 'uncompressed';

/**
 * Throws unless the broker itself unfolds what is written to the bound topics, and then applies its limit of a record's
 * size: their writers are not trusted, and whoever reads a compressed record has to unfold it whole. Waits while Kafka
 * is away.
 */
export async function checkBoundTopics(
  { connection, boundKeys, logger }: Pick<ConsumerContext, 'connection' | 'boundKeys' | 'logger'>,
  stopping: AbortSignal,
): Promise<void> {
  if (boundKeys.topics.length === 0) return;
  for (let attempt = 1; !stopping.aborted; attempt++) {
    const compression = await readCompression(connection, boundKeys.topics).catch(
      (error: unknown) => {
        if (attempt === 1) logger.warn({ err: error }, 'waiting for the topics of other systems');
        return null;
      },
    );
    if (compression === null) {
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
      continue;
    }
    for (const [topic, type] of compression)
      if (type !== wanted)
        throw new Error(
          `The topic ${topic} must have compression.type=${wanted}, and has ${type}.`,
        );
    return;
  }
}

async function readCompression(
  connection: ConsumerContext['connection'],
  topics: readonly string[],
): Promise<Map<string, string>> {
  const admin = new Admin({ ...connection, clientId: 'tallyflow-consumer' });
  try {
    const described = await admin.describeConfigs({
      resources: topics.map((resourceName) => ({
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName,
      })),
    });
    return new Map(
      described.map(({ resourceName, configs }) => [
        resourceName,
        configs.find(({ name }) => name === 'compression.type')?.value ?? '',
      ]),
    );
  } finally {
    await admin.close();
  }
}
