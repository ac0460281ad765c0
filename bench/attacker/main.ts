import { type AttackName, attacks } from './attacks.ts';

/** An attack ends after this time, even if the benchmark has crashed. */
const longestMs = 120_000;

/** Runs one attack in a separate process, so that it takes nothing from the client that is measured. */
const { BASE_URL = '', API_KEY = '', ATTACK } = process.env;
const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
await attacks[ATTACK as AttackName].run(
  { baseUrl: BASE_URL, apiKey: API_KEY },
  () => console.log('attack began'),
  AbortSignal.any([stopping.signal, AbortSignal.timeout(longestMs)]),
);
process.exit();
