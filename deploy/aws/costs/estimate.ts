import { figureEntries } from '../src/figures.ts';
import table from './prices.json' with { type: 'json' };

export type PriceName = keyof typeof table.prices;
export type Way = 'simple' | 'ecs';

interface Item {
  part: string;
  price: PriceName;
  /** In units of the price, in a month. */
  quantity: number;
}

/** As AWS counts a month. */
const hours = 730;
const days = hours / 24;

/** docs/scaling.md: on disk with its indexes, as write-ahead log, and as JSON. */
const bytes = { stored: 570, wal: 700, sent: 300 };
/** docs/scaling.md. */
const rowsOfBatch = 1000;
const actionsOfBatch = 3;
/** A line for each batch that ends, and as much for the request. */
const logBytesOfBatch = 1500;
/** What the network, the firewall, the database and the servers write, whatever comes. */
const idleLogGb = { simple: 8, ecs: 10 };
/** Tests compare these with the templates. An alarm costs by the metrics that it reads. */
export const alarmMetrics = { simple: 5, ecs: 85 };
export const compositeAlarms = { simple: 0, ecs: 9 };
/** Each of the four policies of scaling by itself has two alarms of its own. */
const scalingAlarms = { simple: 0, ecs: 8 };
/** Container Insights: of the cluster, of two services, and of three kinds of tasks. */
const containerMetrics = 8 + 2 * 11 + 3 * 6;
/**
 * The rules of the firewall take some 2,250 units of capacity. Beyond 1,500, each 500 that are begun make requests
 * dearer.
 */
const firewallSteps = 2;

export const volumes = [1e6, 10e6, 100e6] as const;
export type Volume = (typeof volumes)[number];

/** What docs/deployment.md recommends. Databases of several zones cost twice their instance and storage. */
export const sizes: Record<
  Volume,
  {
    machine: PriceName;
    database: PriceName;
    hasStandby: Record<Way, boolean>;
    databaseGb: number;
    /** Tasks of one processor and 2 GiB, of API and worker together, on average. */
    tasks: number;
  }
> = {
  1000000: {
    machine: 'machine t4g.large',
    database: 'database t4g.medium',
    hasStandby: { simple: false, ecs: true },
    databaseGb: 100,
    tasks: 4,
  },
  10000000: {
    machine: 'machine m8g.large',
    database: 'database m8g.large',
    hasStandby: { simple: true, ecs: true },
    databaseGb: 300,
    tasks: 4,
  },
  100000000: {
    machine: 'machine m8g.2xlarge',
    database: 'database r8g.2xlarge',
    hasStandby: { simple: true, ecs: true },
    databaseGb: 2500,
    tasks: 8,
  },
};

/** The parts of a month's bill, with one month of rows stored. */
export function listItems(way: Way, volume: Volume): Item[] {
  const size = sizes[volume];
  const copies = size.hasStandby[way] ? 2 : 1;
  const isSimple = way === 'simple';
  const batches = (volume / rowsOfBatch) * days;
  const sentGb = (volume * days * bytes.sent) / 1e9;
  const own: Item[] = isSimple
    ? [
        { part: 'machine', price: size.machine, quantity: hours },
        { part: 'machine', price: 'disk gp3', quantity: 40 },
      ]
    : [
        { part: 'tasks', price: 'Fargate ARM processor', quantity: size.tasks * hours },
        { part: 'tasks', price: 'Fargate ARM memory', quantity: size.tasks * 2 * hours },
        { part: 'cache', price: 'cache Valkey t4g.small', quantity: 2 * hours },
        { part: 'Temporal Cloud', price: 'Temporal Cloud plan', quantity: 1 },
        {
          part: 'Temporal Cloud',
          price: 'Temporal Cloud actions',
          // A million belongs to the plan.
          quantity: Math.max(0, (batches * actionsOfBatch) / 1e6 - 1),
        },
        // Six services in three zones.
        { part: 'network', price: 'VPC endpoint', quantity: 6 * 3 * hours },
        {
          part: 'alarms, metrics',
          price: 'metric',
          quantity: figureEntries.length + containerMetrics,
        },
      ];
  const natGateways = isSimple ? 1 : 2;
  return [
    ...own,
    { part: 'database', price: size.database, quantity: copies * hours },
    { part: 'database', price: 'database storage gp3', quantity: copies * size.databaseGb },
    { part: 'network', price: 'load balancer', quantity: hours },
    // One for each GB an hour, and never less than a tenth.
    {
      part: 'network',
      price: 'load balancer capacity',
      quantity: hours * Math.max(0.1, sentGb / hours),
    },
    // The load balancer has one in each of three zones.
    { part: 'network', price: 'public address', quantity: (3 + natGateways) * hours },
    { part: 'network', price: 'NAT gateway', quantity: natGateways * hours },
    // Images, and what leaves for Temporal Cloud and collectors.
    { part: 'network', price: 'NAT traffic', quantity: 10 + batches / 1e5 },
    // From the load balancer and to the database, each paid on both sides.
    {
      part: 'network',
      price: 'traffic between zones',
      quantity: 2 * (sentGb + (volume * days * bytes.wal) / 1e9),
    },
    { part: 'firewall', price: 'firewall', quantity: 1 },
    { part: 'firewall', price: 'firewall rule', quantity: 7 },
    { part: 'firewall', price: 'firewall requests', quantity: batches / 1e6 },
    {
      part: 'firewall',
      price: 'firewall capacity',
      quantity: (firewallSteps * batches) / 1e6,
    },
    {
      part: 'logs, keys, secrets',
      price: 'logs',
      quantity: idleLogGb[way] + (batches * logBytesOfBatch) / 1e9,
    },
    { part: 'alarms, metrics', price: 'alarm', quantity: alarmMetrics[way] + scalingAlarms[way] },
    { part: 'alarms, metrics', price: 'composite alarm', quantity: compositeAlarms[way] },
    { part: 'logs, keys, secrets', price: 'key', quantity: 2 },
    { part: 'logs, keys, secrets', price: 'secret', quantity: 7 },
    { part: 'logs, keys, secrets', price: 'images', quantity: 5 },
  ];
}

export const costOf = ({ price, quantity }: Item): number => table.prices[price].perUnit * quantity;

const columns = (['simple', 'ecs'] as const).flatMap((way) =>
  volumes.map((volume) => ({ way, volume, items: listItems(way, volume) })),
);
const sum = (items: Item[]): number => items.reduce((total, item) => total + costOf(item), 0);
const round = (amount: number): string => (amount === 0 ? '–' : amount.toFixed(0));
const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;

/** What a further month of rows costs each month, for as long as it is kept. */
export const costOfStoredMonth = (way: Way, volume: Volume): number =>
  ((volume * days * bytes.stored) / 1e9) *
  (sizes[volume].hasStandby[way] ? 2 : 1) *
  table.prices['database storage gp3'].perUnit;

/** The table of docs/deployment.md. */
export function writeCosts(): string {
  const parts = [...new Set(columns.flatMap(({ items }) => items.map(({ part }) => part)))];
  return [
    row(['', ...columns.map(({ way, volume }) => `${way}, ${volume / 1e6} M`)]),
    row(['---', ...columns.map(() => '---:')]),
    ...parts.map((part) =>
      row([
        part,
        ...columns.map(({ items }) => round(sum(items.filter((item) => item.part === part)))),
      ]),
    ),
    row(['**a month**', ...columns.map(({ items }) => `**${round(sum(items))}**`)]),
    row([
      'each further month of rows',
      ...columns.map(({ way, volume }) => round(costOfStoredMonth(way, volume))),
    ]),
  ].join('\n');
}

/** The table of prices in docs/deployment.md. */
export function writePrices(): string {
  return [
    row(['what', 'USD', 'for each', 'seen', 'look it up']),
    row(['---', '---:', '---', '---', '---']),
    ...Object.entries(table.prices).map(([name, { perUnit, unit, seen, page }]) =>
      row([name, String(perUnit), unit, seen ?? '**not verified**', `<${page}>`]),
    ),
  ].join('\n');
}

if (import.meta.main) console.log(`${writeCosts()}\n\n${writePrices()}`);
