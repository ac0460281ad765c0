import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ClientRecord } from '../helpers/client-record.ts';
import { FaultStack } from '../helpers/fault-stack.ts';
import { type Fault, faults } from '../helpers/faults.ts';
import { between, pick, seededRandom } from '../helpers/random.ts';
import { recordObservation } from '../helpers/reliability-record.ts';
import { Traffic } from '../helpers/traffic.ts';

/** Every fifth time two faults at once, which strike different parts. */
const pairShare = 0.2;
/** As in production, only sooner: what is left unstarted is found by the schedule. */
const sweepSeconds = 10;
/** From the end of the last fault until all is done: a worker killed last is noticed after 10 s, a database after 15. */
const settleMs = 180_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('Usage: script/soak [--minutes <n>] [--seed <integer>]');
  process.exit(2);
}

const startedAt = performance.now();
const say = (text: string) => {
  const seconds = Math.floor((performance.now() - startedAt) / 1000);
  console.log(
    `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${text}`,
  );
};

say(`seed ${seed}, ${minutes} minutes; starting the stack`);
const stack = await FaultStack.start({ sweepIntervalSeconds: sweepSeconds });
let isWell = false;
try {
  const client = new ClientRecord(stack);
  await client.createCategory();
  // Faults and pauses are drawn apart from the traffic, whose draws depend on how fast answers come.
  const random = seededRandom(seed);
  const traffic = new Traffic(stack, client, seededRandom(seed + 1), `soak-${seed}`);
  let count = 0;
  const inflictOne = async (fault: Fault) => {
    say(`${fault.name} …`);
    const accepted = traffic.acceptedCount;
    await fault.begin(stack, random);
    await sleep(fault.lastsMs);
    await fault.end(stack);
    count++;
    say(`… over; ${traffic.acceptedCount - accepted} batches accepted meanwhile`);
  };
  const all: Fault[] = Object.values(faults);
  const untilMs = performance.now() + minutes * 60_000;
  try {
    while (performance.now() < untilMs) {
      await sleep(between(random, 500, 5_000));
      const first = pick(random, all);
      // PostgreSQL's faults take away what others need to end.
      const others = all.filter(({ part }) => part !== first.part && part !== 'postgres');
      const isPair = random() < pairShare && first.part !== 'postgres';
      await Promise.all((isPair ? [first, pick(random, others)] : [first]).map(inflictOne));
    }
  } catch (error) {
    await traffic.abandon();
    throw error;
  }
  const endedAt = performance.now();
  say('no more faults; the clients repeat what got no 202');
  await traffic.stop();
  say('waiting until every batch is done, then comparing');
  const seen = await client.reconcile(settleMs);
  recordObservation(90, {
    ...seen,
    fault: `${count} faults at random, some of them two at once, for ${minutes} minutes (seed ${seed})`,
    running: 'stream of JSON and NDJSON batches, reports being read',
    promised: '202, 503 with Retry-After, or no answer while the API is away',
    acceptedMeanwhile: traffic.acceptedCount,
    refusals: Object.fromEntries(traffic.refusals),
    firstAcceptedMs: null,
    allCompletedMs: Math.round(performance.now() - endedAt),
  });
  console.log('\nThe client and the system agree:');
  console.table({ faults: count, ...seen });
  console.log('Answers without a 202, and requests without an answer:');
  console.table(Object.fromEntries(traffic.refusals));
  isWell = true;
} catch (error) {
  say(`this is not as promised (seed ${seed}):`);
  console.error(error);
} finally {
  await stack.close();
}
process.exit(isWell ? 0 : 1);
