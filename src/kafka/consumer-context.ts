import type { Logger } from 'pino';
import type { Database } from '../db/connection/database.ts';
import type { WorkflowStarter } from '../temporal/workflow-starter.ts';
import type { KafkaConnection } from './connection.ts';
import type { Burial } from './dead-letters/burial.ts';
import type { BoundKeys } from './reading/bound-keys.ts';
import type { BoundTopics } from './reading/bound-topics.ts';
import type { GroupMembership } from './reading/group-membership.ts';
import type { KeyUses } from './storing/key-uses.ts';

/** What the parts of the consumer work with. */
export interface ConsumerContext {
  connection: KafkaConnection;
  membership: GroupMembership;
  database: Database;
  boundKeys: BoundKeys;
  boundTopics: Pick<BoundTopics, 'names' | 'mayRead' | 'leaveWithoutKey'>;
  burial: Burial;
  keyUses: Pick<KeyUses, 'note'>;
  workflowStarter: Pick<WorkflowStarter, 'startBatch'>;
  /** The limit of rows of one record of a topic of another system. */
  maxRows: number;
  /** How long Kafka may not have the rows of a large batch before it is a dead letter. */
  maxMissingMs: number;
  logger: Logger;
}
