import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, ConfigResourceTypes, findErrorBy, ProtocolError } from '@platformatic/kafka';
import type { Logger } from 'pino';
import type { KafkaConnection } from '../connection.ts';
import type { BoundKeys } from './bound-keys.ts';

/** A topic that was put in order is read within this time. */
const checkPauseMs = 5_000;

/**
 * The writers of these topics are not trusted. The broker itself has to unfold what they send, and then to apply its limit
 * of a record's size: a small record may unfold to gigabytes, and whoever reads it has to unfold it whole. With the default
 * limit, a record and the headers that say why it is a dead letter fit in a dead letter.
 */
const wantedCompression = 'uncompressed';
const maxMessageBytes = 1_048_588;

const keyNotLive = 'Its API key is not live, or may not send transactions.';

/**
 * Knows which topics of other systems may be read now. One that is not in order is left alone, and its records wait in it;
 * it holds up no other topic.
 */
export class BoundTopics {
  readonly #connection: KafkaConnection;
  readonly #keys: BoundKeys;
  readonly #logger: Logger;
  /** What is wrong with each topic that was checked; null where it is in order. */
  readonly #problems = new Map<string, string | null>();

  constructor(connection: KafkaConnection, keys: BoundKeys, logger: Logger) {
    this.#connection = connection;
    this.#keys = keys;
    this.#logger = logger;
  }

  get names(): string[] {
    return this.#keys.topics;
  }

  /** Whether the records of a topic may be read now. A topic that is no other system's always may. */
  mayRead(topic: string): boolean {
    return !this.names.includes(topic) || this.#problems.get(topic) === null;
  }

  /** Leaves a topic alone until its API key is live. */
  leaveWithoutKey(topic: string): void {
    this.#note(topic, keyNotLive);
  }

  /** Checks all of them again and again, until it is stopped. */
  async watch(stopping: AbortSignal): Promise<void> {
    if (this.names.length === 0) return;
    const admin = new Admin({
      ...this.#connection,
      clientId: 'tallyflow-consumer',
      // What is wrong with a topic is known at once, and the next check comes soon.
      retries: 0,
    });
    while (!stopping.aborted) {
      await Promise.all(this.names.map((topic) => this.#check(admin, topic)));
      await sleep(checkPauseMs, undefined, { signal: stopping }).catch(() => {});
    }
    await admin.close();
  }

  /** While Kafka or the database is away, what was found before holds. */
  async #check(admin: Admin, topic: string): Promise<void> {
    try {
      const problem =
        (await findWrongSetting(admin, topic)) ??
        ((await this.#keys.find(topic)) === null ? keyNotLive : null);
      this.#note(topic, problem);
    } catch (error) {
      this.#logger.debug({ err: error, topic }, 'a topic of another system could not be checked');
    }
  }

  #note(topic: string, problem: string | null): void {
    const before = this.#problems.get(topic);
    this.#problems.set(topic, problem);
    if (problem === before) return;
    if (problem !== null)
      this.#logger.error({ topic, problem }, 'a topic of another system is not read');
    else this.#logger.info({ topic }, 'a topic of another system is read');
  }
}

/** Returns what is wrong with the settings of a topic, if anything is. Throws where Kafka is away. */
async function findWrongSetting(admin: Admin, topic: string): Promise<string | null> {
  try {
    const [described] = await admin.describeConfigs({
      resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }],
    });
    const settings = new Map(described?.configs.map(({ name, value }) => [name, value]));
    const compression = settings.get('compression.type');
    if (compression !== wantedCompression)
      return `It must have compression.type=${wantedCompression}, and has ${compression}.`;
    const bytes = settings.get('max.message.bytes');
    if (!(Number(bytes) <= maxMessageBytes))
      return `It must have max.message.bytes of at most ${maxMessageBytes}, and has ${bytes}.`;
    return null;
  } catch (error) {
    const said = findErrorBy(error as Error, 'code', ProtocolError.code);
    if (said === null) throw error;
    return `The broker does not describe its settings: ${said.apiId}.`;
  }
}
