import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

/** A row as `POST /api/integrations/transactions/` accepts it. */
export interface SampleTransaction {
  transaction_id: string;
  account_id: string;
  amount: string;
  currency: string;
  date: string;
  merchant_name: string | null;
  description: string | null;
}

export interface SampleOptions {
  /** The number of rows to generate. */
  count: number;
  /** The number of accounts: `acc-0001`, `acc-0002`, …, whatever the seed. */
  accounts?: number;
  /** The same seed and options give the same rows. Another seed gives other transaction ids. */
  seed?: number;
  /** The last day (`YYYY-MM-DD`). The default is today in UTC, so pass it if rows must be reproducible. */
  endDate?: string;
  /** The number of days covered, including the last one. */
  days?: number;
}

type Direction = 'spend' | 'income' | 'either';

interface CategoryProfile {
  /** How often the category occurs, relative to the others. */
  weight: number;
  medianCents: number;
  /** The standard deviation of the logarithm of the amount: 0.1 is nearly a fixed price, 1 is almost anything. */
  sigma: number;
  direction: Direction;
  /** Card rows name a merchant. Bank rows (salary, fees, cash) have only a description. */
  channel: 'card' | 'bank';
}

type Random = () => number;

const maxRows = 10_000_000;
const maxAccounts = 100_000;
const maxDays = 3650;
const maxSeed = 0xffff_ffff;
const msPerDay = 86_400_000;
/** A million rows take some thousands of writes, and each write fits easily into memory. */
const writeChunkChars = 65_536;

/** Shares of all rows. No starter pattern matches local merchants and references. */
const localMerchantShare = 0.145;
const referenceOnlyShare = 0.03;
const refundShare = 0.02;
const secondCurrencyShare = 0.2;

/** The price level of each currency, in percent of the US dollar's, so that a coffee costs R54 and not R3. */
const priceLevelPercent: Record<string, number> = {
  USD: 100,
  EUR: 95,
  GBP: 80,
  ZAR: 1800,
  CAD: 135,
  AUD: 150,
};
const currencies = Object.keys(priceLevelPercent);

const cities: Record<string, string[]> = {
  USD: ['SEATTLE WA', 'AUSTIN TX', 'BROOKLYN NY', 'CHICAGO IL', 'DENVER CO'],
  EUR: ['BERLIN', 'MUENCHEN', 'PARIS', 'LYON', 'MADRID', 'UTRECHT'],
  GBP: ['LONDON', 'MANCHESTER', 'LEEDS', 'BRISTOL', 'GLASGOW'],
  ZAR: ['CAPE TOWN', 'SANDTON', 'DURBAN', 'STELLENBOSCH'],
  CAD: ['TORONTO ON', 'VANCOUVER BC', 'MONTREAL QC', 'CALGARY AB'],
  AUD: ['SYDNEY NSW', 'MELBOURNE VIC', 'PERTH WA', 'BRISBANE QLD'],
};

/** Weights from Sunday on. People shop on Fridays and Saturdays, and banks book little on Sundays. */
const weekdayWeights = [0.75, 0.9, 0.95, 1, 1.05, 1.35, 1.3];

const profiles: Record<string, CategoryProfile> = {
  Groceries: card(180, 4200, 0.8),
  Restaurants: card(120, 2400, 0.6),
  Coffee: card(80, 560, 0.35),
  Fuel: card(50, 4800, 0.35),
  'Public transport': card(45, 450, 0.9),
  'Ride hailing & taxi': card(30, 1700, 0.5),
  'Parking & tolls': card(15, 650, 0.6),
  Travel: card(10, 24_000, 0.8),
  Hotels: card(8, 19_000, 0.6),
  Utilities: card(15, 9500, 0.5),
  'Phone & internet': card(15, 5500, 0.4),
  'Rent & housing': card(8, 135_000, 0.35),
  Insurance: card(10, 9000, 0.6),
  'Health & pharmacy': card(25, 2300, 0.8),
  Entertainment: card(20, 2900, 0.7),
  Streaming: card(25, 1299, 0.25),
  'Software & cloud': card(20, 1500, 0.9),
  Electronics: card(12, 14_000, 1),
  'General shopping': card(70, 3100, 0.9),
  Clothing: card(25, 5200, 0.6),
  'Home & garden': card(18, 6400, 0.9),
  'Fitness & sport': card(10, 3900, 0.5),
  Education: card(6, 11_000, 1),
  Kids: card(8, 4100, 0.8),
  Pets: card(8, 4400, 0.6),
  'Personal care': card(12, 2800, 0.5),
  Charity: card(4, 2500, 0.6),
  'Fees & interest': bank(8, 900, 0.6, 'spend'),
  Cash: bank(15, 8000, 0.5, 'spend'),
  Transfers: bank(25, 11_000, 1, 'either'),
  Salary: bank(18, 265_000, 0.35, 'income'),
  Investments: bank(8, 15_000, 1, 'either'),
  Taxes: bank(3, 38_000, 0.8, 'spend'),
};

/** Invented merchants that no starter pattern matches, so that these rows stay uncategorized. */
const localMerchants = [
  'Blue Heron Provisions',
  'Oma Lieselotte Feinkost',
  'Thistle and Thread',
  'Kowalczyk i Synowie',
  'Old Quarry Ceramics',
  'Juniper Lane Studio',
  'Marrow & Vine',
  'Tio Anselmo',
  'Fynbos Corner',
  'Saltbush Trading',
  'Pemberton Ironmongers',
  'Quill & Ink',
  'Driftwood Larder',
  'Maple Hollow Farm',
  'The Velvet Antler',
  'Zum Goldenen Anker',
  'Little Wren Bakehouse',
  'Harbour Light Deli',
  'Umhlanga Surf Shack',
  'Northside Cycle Works',
  'Copper Kettle Tearoom',
  'Redgum Joinery',
  'Chez Margaux',
  'La Bodega de Pilar',
  'Bäckerei Grünwald',
  'Crêperie Ty Breizh',
  'Zażółć Gęślą',
  'Smörgås & Co',
  'Ó Súilleabháin’s',
  '麺屋 さくら',
  '老北京 胡同',
  'مخبز الياسمين',
  'מאפיית לחם',
  'Пекарня Калач',
  'Nonna Pina 🍕',
];

const cardDescriptions = [
  'POS PURCHASE',
  'CARD PURCHASE',
  'CONTACTLESS',
  'CHIP AND PIN',
  'ONLINE PURCHASE',
  'RECURRING CARD DEBIT',
];

const starterPatterns = readStarterPatterns();

function card(weight: number, medianCents: number, sigma: number): CategoryProfile {
  return { weight, medianCents, sigma, direction: 'spend', channel: 'card' };
}

function bank(
  weight: number,
  medianCents: number,
  sigma: number,
  direction: Direction,
): CategoryProfile {
  return { weight, medianCents, sigma, direction, channel: 'bank' };
}

function readStarterPatterns(): Map<string, string[]> {
  const file = new URL('./starter-categories.json', import.meta.url);
  const { categories } = JSON.parse(readFileSync(file, 'utf8')) as {
    categories: { name: string; patterns: string[] }[];
  };
  return new Map(categories.map((category) => [category.name, category.patterns]));
}

/**
 * The generator Mulberry32. Math.random cannot be seeded, and a sample that differs from run to run can neither be
 * compared between two benchmarks nor quoted in a bug report.
 */
function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function digits(random: Random, length: number): string {
  return String(Math.floor(random() * 10 ** length)).padStart(length, '0');
}

/** The Box–Muller transform, limited to three deviations so that no coffee costs as much as a car. */
function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return Math.min(3, Math.max(-3, radius * Math.cos(2 * Math.PI * random())));
}

function sampleCents(random: Random, profile: CategoryProfile, currency: string): number {
  const cents = profile.medianCents * Math.exp(profile.sigma * standardNormal(random));
  return Math.max(1, Math.round((cents * (priceLevelPercent[currency] as number)) / 100));
}

/** Formats integer cents from their digits, never from a fraction. */
function formatCents(cents: number, isNegative: boolean): string {
  const padded = String(cents).padStart(3, '0');
  return `${isNegative ? '-' : ''}${padded.slice(0, -2)}.${padded.slice(-2)}`;
}

/** Finds the first entry whose running total exceeds the position, by binary search. */
function indexByWeight(runningTotals: readonly number[], position: number): number {
  let low = 0;
  let high = runningTotals.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runningTotals[middle] as number) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

function runningTotalsOf(weights: readonly number[]): number[] {
  let total = 0;
  return weights.map((weight) => {
    total += weight;
    return total;
  });
}

function parseDay(value: string): number {
  const time = Date.parse(`${value}T00:00:00Z`);
  // Date rolls over days such as February 30; the round trip rejects them.
  if (Number.isNaN(time) || formatDay(time) !== value) {
    throw new RangeError(`endDate must be a date as YYYY-MM-DD, not "${value}"`);
  }
  return time;
}

function formatDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function checkWhole(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
  }
  return value;
}

function titleCase(text: string): string {
  return text.replace(/(^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** The many ways in which terminals and payment services write the same name. */
function decorate(random: Random, name: string, currency: string): string {
  const city = pick(random, cities[currency] as string[]);
  const upper = name.toUpperCase();
  // A name with an asterisk already comes from a payment service.
  const style = name.includes('*') ? 1 : Math.floor(random() * 10);
  if (style === 0) return titleCase(name);
  if (style === 1) return upper;
  if (style <= 3) return `${upper} #${digits(random, 4)}`;
  if (style <= 5) return `${upper} ${digits(random, 4)} ${city}`;
  if (style === 6) return `${upper} ${city}`;
  if (style === 7) return `PAYPAL *${upper}`;
  if (style === 8) return `${titleCase(name)} ${titleCase(city.toLowerCase())}`;
  return `${upper}*${digits(random, 6)}`;
}

function decorateLocal(random: Random, name: string, currency: string): string {
  const style = Math.floor(random() * 4);
  if (style === 0) return `SQ *${name.toUpperCase()}`;
  if (style === 1) return `TST* ${name}`;
  if (style === 2) return `${name.toUpperCase()} ${pick(random, cities[currency] as string[])}`;
  return name;
}

function describeCard(random: Random): string | null {
  // Some feeds omit the description.
  if (random() < 0.1) return null;
  return `${pick(random, cardDescriptions)} ${digits(random, 4)}`;
}

const profileList = Object.entries(profiles).map(([category, profile]) => {
  const patterns = starterPatterns.get(category);
  if (!patterns) throw new Error(`starter-categories.json has no category "${category}"`);
  return { profile, patterns };
});
const profileTotals = runningTotalsOf(profileList.map(({ profile }) => profile.weight));
const localProfile = card(0, 2200, 0.8);

type RowBody = Pick<SampleTransaction, 'amount' | 'merchant_name' | 'description'>;

function uncategorizedRow(random: Random, currency: string, hasMerchant: boolean): RowBody {
  const cents = sampleCents(random, localProfile, currency);
  if (!hasMerchant) {
    const description = `REF ${digits(random, 6)} ${digits(random, 4)}`;
    return { amount: formatCents(cents, true), merchant_name: null, description };
  }
  return {
    amount: formatCents(cents, true),
    merchant_name: decorateLocal(random, pick(random, localMerchants), currency),
    description: describeCard(random),
  };
}

function categorizedRow(random: Random, currency: string): RowBody {
  const position = random() * (profileTotals.at(-1) as number);
  const { profile, patterns } = profileList[indexByWeight(profileTotals, position)] as {
    profile: CategoryProfile;
    patterns: string[];
  };
  const name = pick(random, patterns);
  const cents = sampleCents(random, profile, currency);
  if (profile.channel === 'bank') {
    const isSpend =
      profile.direction === 'spend' || (profile.direction === 'either' && random() < 0.6);
    const description = `${name.toUpperCase()} ${digits(random, 6)}`;
    return { amount: formatCents(cents, isSpend), merchant_name: null, description };
  }
  const isRefund = random() < refundShare;
  const merchantName = decorate(random, name, currency);
  return {
    amount: formatCents(cents, !isRefund),
    merchant_name: merchantName,
    description: isRefund ? `REFUND ${digits(random, 6)}` : describeCard(random),
  };
}

/** An account has one currency. Every fifth has a second one, as travellers' and freelancers' accounts do. */
function currencyOf(random: Random, account: number): string {
  const isSecond = account % 5 === 4 && random() < secondCurrencyShare;
  return currencies[(account + (isSecond ? 1 : 0)) % currencies.length] as string;
}

/**
 * Yields rows in order of their date, one at a time, so that millions need no memory.
 * @throws RangeError if an option is outside its limits.
 */
export function* iterateTransactions(options: SampleOptions): Generator<SampleTransaction> {
  const count = checkWhole('count', options.count, 0, maxRows);
  const accounts = checkWhole('accounts', options.accounts ?? 5, 1, maxAccounts);
  const seed = checkWhole('seed', options.seed ?? 1, 0, maxSeed);
  const days = checkWhole('days', options.days ?? 90, 1, maxDays);
  const lastDay = parseDay(options.endDate ?? formatDay(Date.now()));

  const times = Array.from({ length: days }, (_, day) => lastDay - (days - 1 - day) * msPerDay);
  const dates = times.map(formatDay);
  const dateTotals = runningTotalsOf(
    times.map((time) => weekdayWeights[new Date(time).getUTCDay()] as number),
  );
  const random = seededRandom(seed);

  for (let row = 0; row < count; row++) {
    // One position in each of `count` equal slices keeps both the order and the weekly rhythm.
    const position = ((row + random()) / count) * (dateTotals.at(-1) as number);
    const account = Math.floor(random() * accounts);
    const currency = currencyOf(random, account);
    const kind = random();
    const isUncategorized = kind < localMerchantShare + referenceOnlyShare;
    const body = isUncategorized
      ? uncategorizedRow(random, currency, kind < localMerchantShare)
      : categorizedRow(random, currency);
    yield {
      // The seed is part of the id, so that batches of two seeds contain no duplicates.
      transaction_id: `txn-${seed}-${String(row + 1).padStart(7, '0')}`,
      account_id: `acc-${String(account + 1).padStart(4, '0')}`,
      amount: body.amount,
      currency,
      date: dates[indexByWeight(dateTotals, position)] as string,
      merchant_name: body.merchant_name,
      description: body.description,
    };
  }
}

/** The rows of {@link iterateTransactions} in an array. */
export function generateTransactions(options: SampleOptions): SampleTransaction[] {
  return [...iterateTransactions(options)];
}

const usage = `Usage: script/generate-batch --rows <n> [options]

  --rows <n>             rows to write, up to ${maxRows}
  --accounts <n>         accounts to spread them over (default 5)
  --seed <n>             the same seed gives the same rows (default 1)
  --days <n>             days covered, back from the end date (default 90)
  --end-date YYYY-MM-DD  the last day (default: today in UTC)
  --format json|ndjson   one request body, or one transaction a line (default json)
`;

class UsageError extends Error {}

function readNumber(name: string, value: string): number {
  // Number() would also accept an empty value, blanks and "0x10".
  if (!/^\d+$/.test(value)) throw new UsageError(`--${name} must be a whole number`);
  return Number(value);
}

function readArguments(args: string[]): SampleOptions & { format: 'json' | 'ndjson' } {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string' },
      accounts: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '90' },
      'end-date': { type: 'string' },
      format: { type: 'string', default: 'json' },
    },
  });
  if (values.rows === undefined) throw new UsageError('--rows is required');
  if (values.format !== 'json' && values.format !== 'ndjson') {
    throw new UsageError(`--format must be json or ndjson, not "${values.format}"`);
  }
  return {
    count: readNumber('rows', values.rows),
    accounts: readNumber('accounts', values.accounts),
    seed: readNumber('seed', values.seed),
    days: readNumber('days', values.days),
    endDate: values['end-date'],
    format: values.format,
  };
}

function* serialize(
  rows: Iterable<SampleTransaction>,
  options: SampleOptions & { format: 'json' | 'ndjson' },
): Generator<string> {
  const isJson = options.format === 'json';
  let chunk = isJson
    ? `{"request_id":"sample-${options.seed}","total_transactions":${options.count},"transactions":[\n`
    : '';
  let separator = '';
  for (const row of rows) {
    chunk += separator + JSON.stringify(row) + (isJson ? '' : '\n');
    if (isJson) separator = ',\n';
    if (chunk.length >= writeChunkChars) {
      yield chunk;
      chunk = '';
    }
  }
  if (isJson) chunk += '\n]}\n';
  if (chunk) yield chunk;
}

async function main(args: string[]): Promise<void> {
  try {
    const options = readArguments(args);
    // The pipeline waits for a slow reader, so memory stays constant however many rows are requested.
    const chunks = Readable.from(serialize(iterateTransactions(options), options), {
      objectMode: true,
      highWaterMark: 2,
    });
    await pipeline(chunks, process.stdout, { end: false });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // A reader that stops early (`| head`) is not an error.
    if (code === 'EPIPE') return;
    const isUsage =
      error instanceof UsageError ||
      error instanceof RangeError ||
      code.startsWith('ERR_PARSE_ARGS_');
    if (!isUsage) throw error;
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
  }
}

if (import.meta.main) await main(process.argv.slice(2));
