import Sequencer from '@jest/test-sequencer';

/** Files that mostly wait for a server to come back, a slow client, or a timeout; the longest first. */
const waiting = [
  'faults/kafka',
  'faults/postgres',
  'faults/worker',
  'faults/api',
  'kafka/consumer-process',
  'telemetry/collector-away',
  'kafka/bound-topics',
  'workflows/batch-group-processing',
  'integration/fairness',
  'security/leaks',
  'admin/system',
  'local/observe',
  'faults/redis',
  'faults/temporal',
  'integration/credential-end',
  'integration/fair-reads',
  'integration/rate-limits',
  'admin/slow-bodies',
].map((name) => `/test/${name}`);

/** Folders and files that mostly compute, and take long; the longest first. */
const computing = [
  'deployment/image',
  'security/event-loop',
  'local/start',
  'local/kafka',
  'security/tls',
  'conformance',
  'deployment/alerts',
  'browser',
  'workflows',
  'kafka',
  'integration',
].map((name) => `/test/${name}`);

/** How many files that compute come between two that wait. */
const filesBetween = 4;

/** Returns the place of a test in a list, or the list's length if it is not listed. */
function placeIn(list, { path }) {
  const place = list.findIndex((name) => path.includes(name));
  return place === -1 ? list.length : place;
}

const sortBy = (list, tests) =>
  tests.toSorted((one, other) => placeIn(list, one) - placeIn(list, other));

/**
 * Starts the longest files first, so that none runs alone at the end, and lets some files compute while others wait.
 * Jest itself knows how long files take only on a machine where they have run before.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const waits = (test) => placeIn(waiting, test) < waiting.length;
    const { true: first = [], false: rest = [] } = Object.groupBy(super.sort(tests), waits);
    const others = sortBy(computing, rest);
    const mixed = sortBy(waiting, first).flatMap((test) => [
      test,
      ...others.splice(0, filesBetween),
    ]);
    return [...mixed, ...others];
  }
}
