import { parentPort, workerData } from 'node:worker_threads';
import { type AutomataTables, buildMatcherTables } from './matcher-tables.ts';
import { type PackedPatterns, unpackPatterns } from './packed-patterns.ts';

// Runs in the thread that compilePatternsInThread starts: compiles the patterns that it gets, and transfers the tables.

const tables = buildMatcherTables(unpackPatterns(workerData as PackedPatterns));
const { order, all, byMode } = tables;
const buffers = [
  order.buffer,
  ...[all, ...(byMode === null ? [] : [byMode.contains, byMode.word])].flatMap(buffersOf),
];
// Transferred, not copied. Both automata of a mode share the classes of characters, hence the Set.
parentPort?.postMessage(tables, [...new Set(buffers)]);

function buffersOf({ patternInText, textInPattern }: AutomataTables): ArrayBuffer[] {
  return [...Object.values(patternInText), ...Object.values(textInPattern)]
    .filter((table) => ArrayBuffer.isView(table))
    .map((table) => table.buffer as ArrayBuffer);
}
