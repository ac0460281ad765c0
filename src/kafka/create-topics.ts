import {
  Admin,
  ConfigResourceTypes,
  findErrorBy,
  IncrementalAlterConfigOperationTypes,
} from '@platformatic/kafka';
import type { KafkaConnection } from './connection.ts';
import { type TopicLayout, wantedSettings } from './topics.ts';

/** What a topic has otherwise than its layout says. It may be meant so, and is left as it is. */
export interface TopicDifference {
  topic: string;
  setting: string;
  is: string;
  wanted: string;
}

export interface CreatedTopics {
  created: string[];
  differences: TopicDifference[];
}

/** Topics that others have created in the meantime are as good. */
async function createMissing(admin: Admin, layouts: TopicLayout[]): Promise<string[]> {
  const existing = await admin.listTopics();
  const created: string[] = [];
  for (const layout of layouts.filter(({ name }) => !existing.includes(name))) {
    const topics = [{ topic: layout.name, partitions: layout.partitions }];
    const configs = Object.entries(layout.settings).map(([name, value]) => ({ name, value }));
    try {
      await admin.createTopics({ topics, configs });
      created.push(layout.name);
    } catch (error) {
      if (findErrorBy(error as Error, 'apiId', 'TOPIC_ALREADY_EXISTS') === null) throw error;
    }
  }
  return created;
}

/** Returns the settings that the topics have, and that their layouts name. */
async function readSettings(
  admin: Admin,
  layouts: TopicLayout[],
): Promise<Map<string, Map<string, string>>> {
  const described = await admin.describeConfigs({
    resources: layouts.map(({ name }) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: name,
    })),
  });
  return new Map(
    described.map(({ resourceName, configs }) => [
      resourceName,
      new Map(configs.map(({ name, value }) => [name, value ?? ''])),
    ]),
  );
}

/** Returns what topics have otherwise than their layouts say. */
async function findDifferences(admin: Admin, layouts: TopicLayout[]): Promise<TopicDifference[]> {
  const names = layouts.map(({ name }) => name);
  const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
  const settings = await readSettings(admin, layouts);
  return layouts.flatMap((layout) => {
    const partitions = topics.get(layout.name)?.partitions ?? [];
    const actual = new Map(settings.get(layout.name)).set('partitions', String(partitions.length));
    return Object.entries(wantedSettings(layout, partitions[0]?.replicas.length ?? 0))
      .map(([setting, wanted]) => ({
        topic: layout.name,
        setting,
        is: actual.get(setting) ?? '',
        wanted,
      }))
      .filter(({ is, wanted }) => is !== wanted);
  });
}

/** Gives created topics the settings that follow from their number of copies, which only a topic that exists tells. */
async function mend(admin: Admin, differences: readonly TopicDifference[]): Promise<void> {
  await admin.incrementalAlterConfigs({
    resources: differences.map(({ topic, setting, wanted }) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: topic,
      configs: [
        {
          name: setting,
          configOperation: IncrementalAlterConfigOperationTypes.SET,
          value: wanted,
        },
      ],
    })),
  });
}

/**
 * Creates the topics that are missing, with as many copies as the brokers' default says. With three copies or more, a
 * write to a topic that it creates has to be in two of them before it counts. Tells what other topics have otherwise than
 * they should. It may be repeated, and several may run at once.
 */
export async function createTopics(
  connection: KafkaConnection,
  layouts: TopicLayout[],
): Promise<CreatedTopics> {
  const admin = new Admin({ ...connection, clientId: 'tallyflow-topics' });
  try {
    const created = await createMissing(admin, layouts);
    const differences = await findDifferences(admin, layouts);
    const mendable = differences.filter(
      ({ topic, setting }) => created.includes(topic) && setting === 'min.insync.replicas',
    );
    if (mendable.length > 0) await mend(admin, mendable);
    return { created, differences: differences.filter((each) => !mendable.includes(each)) };
  } finally {
    await admin.close();
  }
}
