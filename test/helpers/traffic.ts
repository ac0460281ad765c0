import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientRow } from './client-record.ts';
import { type ClientAnswer, type ClientRecord, ingestPath, makeRows } from './client-record.ts';
import type { FaultStack } from './fault-stack.ts';
import { between, type Random } from './random.ts';

/** The pause between two batches of one client, so that they don't overload the API. */
const pauseMs = 100;
/** The pause after a refusal. It is shorter than Retry-After, since tests look for what breaks. */
const refusedPauseMs = 150;
/** A client's batches take turns on this many groups of four accounts. */
const accountGroups = 3;

type Post = (rows: ClientRow[], headers: Record<string, string>) => Promise<ClientAnswer>;

/**
 * Clients that post known batches: JSON and NDJSON, with and without idempotency keys, some repeated after their 202,
 * some with a bad row, and some cut off in the middle. One more client reads. As a client should, each repeats a batch
 * until it gets a 202, so that in the end nothing is unknown.
 */
export class Traffic {
  /** Batches that got a 202. */
  acceptedCount = 0;
  /** Answers to batches other than a 202, and requests without an answer, by code. */
  readonly refusals = new Map<string, number>();
  /** What must never happen, such as a 500, or a 503 without Retry-After. */
  readonly violations: string[] = [];
  readonly #stack: FaultStack;
  readonly #client: ClientRecord;
  readonly #random: Random;
  readonly #label: string;
  readonly #running: Promise<unknown>;
  #isStopping = false;
  #isAbandoned = false;

  constructor(stack: FaultStack, client: ClientRecord, random: Random, label: string) {
    this.#stack = stack;
    this.#client = client;
    this.#random = random;
    this.#label = label;
    const post: Post = (rows, headers) => client.post(rows, headers);
    const stream: Post = (rows, headers) => client.postStream(rows, headers);
    this.#running = Promise.all([
      this.#run('keyed', (name) => this.#postKeyed(name, post, between(random, 1, 50))),
      this.#run('plain', (name) => this.#postPlain(name, post, between(random, 50, 400))),
      this.#run('stream', (name) => this.#postKeyed(name, stream, between(random, 500, 2_000))),
      this.#run('bad', (name) => this.#postBad(name)),
      this.#run('left', (name) => this.#leave(name)),
      this.#run('reader', () => this.#read()),
    ]);
  }

  /** Stops once every batch that was begun has got a 202. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
    assert.deepEqual(this.violations, []);
  }

  /** Stops at once, whatever is unknown by then. */
  async abandon(): Promise<void> {
    this.#isStopping = true;
    this.#isAbandoned = true;
    await this.#running;
  }

  async #run(name: string, step: (label: string) => Promise<void>): Promise<void> {
    for (let batch = 0; !this.#isStopping; batch++) {
      await step(`${this.#label}-${name}-${batch}`);
      await sleep(pauseMs);
    }
  }

  #accounts(): string {
    return `${this.#label}-${between(this.#random, 1, accountGroups)}`;
  }

  async #postKeyed(label: string, post: Post, count: number): Promise<void> {
    const rows = makeRows(label, count, this.#accounts());
    const headers = { 'idempotency-key': randomUUID() };
    const first = await this.#untilAccepted(rows, headers, post);
    if (this.#random() < 0.3) {
      const again = await this.#untilAccepted(rows, headers, post);
      if (again.body.batch_id !== first.body.batch_id)
        this.violations.push(`the key of ${label} gave two batches`);
    }
  }

  async #postPlain(label: string, post: Post, count: number): Promise<void> {
    const rows = makeRows(label, count, this.#accounts());
    await this.#untilAccepted(rows, {}, post);
    if (this.#random() < 0.3) {
      const { body } = await this.#untilAccepted(rows, {}, post);
      // The gateway can't know yet.
      if (body.duplicate_count !== null && body.duplicate_count !== count)
        this.violations.push(`${label} was stored again: ${JSON.stringify(body)}`);
    }
  }

  async #untilAccepted(
    rows: ClientRow[],
    headers: Record<string, string>,
    post: Post,
  ): Promise<ClientAnswer> {
    for (;;) {
      const answer = await post(rows, headers);
      if (answer.status === 202) {
        const { transaction_count, duplicate_count } = answer.body;
        if (transaction_count + duplicate_count !== rows.length)
          this.violations.push(`counts of ${rows.length} rows: ${JSON.stringify(answer.body)}`);
        this.acceptedCount++;
        return answer;
      }
      this.#noteRefusal(answer);
      if (this.#isAbandoned) return answer;
      await sleep(refusedPauseMs);
    }
  }

  #noteRefusal({ status, headers, body }: ClientAnswer): void {
    const { code } = body;
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    const isGood =
      status === 0 ||
      code === 'idempotency_in_flight' ||
      ([429, 503].includes(status) && Number(headers.get('retry-after')) > 0);
    if (!isGood) this.violations.push(`${status} ${JSON.stringify(body)}`);
  }

  /** Posts a batch with a bad row. Nothing of it may be stored. */
  async #postBad(label: string): Promise<void> {
    const rows = makeRows(label, 20, this.#accounts());
    rows.splice(between(this.#random, 0, 19), 1, { ...(rows[0] as ClientRow), amount: '1.23456' });
    const answer = await this.#client[this.#random() < 0.8 ? 'post' : 'postStream'](rows);
    if (answer.status !== 400) this.#noteRefusal(answer);
  }

  /** Disconnects in the middle of a body. */
  async #leave(label: string): Promise<void> {
    const outgoing = request({
      port: this.#stack.ingestPort,
      host: '127.0.0.1',
      method: 'POST',
      path: ingestPath,
      headers: {
        authorization: `Bearer ${this.#stack.apiKey}`,
        'content-type': 'application/json',
      },
    });
    outgoing.on('error', () => {});
    for (const row of makeRows(label, 50)) outgoing.write(`${JSON.stringify(row)}\n`);
    await sleep(between(this.#random, 0, 50));
    outgoing.destroy();
  }

  /** Reads a report, which is then cached. It must not stay in the cache once it is outdated. */
  async #read(): Promise<void> {
    const account = `${this.#accounts()}-account-${between(this.#random, 0, 3)}`;
    const answer = await this.#client.getReport(account);
    if (![0, 200, 404, 503].includes(answer.status))
      this.violations.push(`report: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
