import { parseArgs } from 'node:util';
import { loadConfig } from './config.ts';
import { createTopics } from './kafka/create-topics.ts';
import { topicLayouts } from './kafka/topics.ts';
import { createLogger } from './logger.ts';
import { kafkaConnection } from './outgoing-connections.ts';

/**
 * Creates the topics of Tallyflow that are missing, before any other process of a new release starts.
 *
 * Usage: node src/kafka-topics.ts [--partitions N]
 */
const config = loadConfig();
const logger = createLogger('kafka-topics', config.LOG_LEVEL);
const { values } = parseArgs({ options: { partitions: { type: 'string' } } });
if (values.partitions !== undefined && !/^[1-9]\d{0,3}$/.test(values.partitions))
  throw new Error('--partitions must be a number from 1 to 9999');
const connection = kafkaConnection(config);
if (connection === undefined) throw new Error('KAFKA_BROKERS must be set');

const layouts = topicLayouts(
  values.partitions === undefined ? undefined : Number(values.partitions),
);
const { created, differences } = await createTopics(connection, layouts);
logger.info({ created }, 'the topics exist');
for (const difference of differences)
  logger.warn(difference, 'a topic differs from what it should be');
