import { EventLoopTurns } from '../../domain/event-loop-turns.ts';
import { maxJsonDepth, maxRowBytes, maxScalarBytes } from '../../domain/limits.ts';
import { partTooLarge, tooManyRows } from '../../ingestion/row-limits.ts';
import { JsonScanner, type JsonVisitor } from '../json/json-scanner.ts';
import { Excerpt } from './excerpt.ts';
import { wholeCharacters } from './whole-characters.ts';

export interface ScannedBatch {
  /**
   * What batchSchema takes: the members that it knows, parsed, with an empty array in place of the rows;
   * null for a body that is no object.
   */
  envelope: Record<string, unknown> | null;
  rowCount: number;
  /** The rows, in runs that each are the text of a JSON array. */
  groups: Buffer[];
}

/** A group is parsed within some 3 ms. */
const maxGroupBytes = 256 * 1024;
const maxGroupRows = 5_000;

const rowsKey = 'transactions';
/** The members that are read. Of all others only the syntax is checked. */
const knownKeys = new Set(['request_id', 'total_transactions', rowsKey]);
const minKeyBytes = Math.min(...[...knownKeys].map((key) => key.length));
/** Each character may be an escape of six bytes. */
const maxKeyBytes = 6 * Math.max(...[...knownKeys].map((key) => key.length));

const openBrace = 0x7b;
const openBracket = 0x5b;
const arrayBegin = Buffer.from('[');
const arrayEnd = Buffer.from(']');

/**
 * Reads a JSON body without parsing more of it than a request id and a count: checks syntax and depth,
 * counts the rows, and keeps the bytes of these alone. The last of several members with the same key
 * counts, as with JSON.parse. Throws ApiError as soon as it meets what is beyond a limit, or no JSON.
 */
export async function scanJsonBatch(
  bytes: AsyncIterable<Buffer>,
  maxRows: number,
): Promise<ScannedBatch> {
  const collector = new BatchCollector(maxRows);
  const scanner = new JsonScanner(maxJsonDepth, collector);
  const turns = new EventLoopTurns();
  for await (const chunk of wholeCharacters(bytes)) {
    collector.beginChunk(chunk);
    scanner.push(chunk);
    collector.endChunk();
    if (turns.isOver) await turns.next();
  }
  scanner.end();
  return collector.result;
}

class BatchCollector implements JsonVisitor {
  readonly result: ScannedBatch = { envelope: null, rowCount: 0, groups: [] };
  readonly #maxRows: number;
  #chunk: Buffer = Buffer.alloc(0);
  /** The key of the member that is being read; null where it is not known. */
  #key: string | null = null;
  /** What is being read. */
  #part: 'key' | 'scalar' | 'rows' | 'other' = 'other';
  /** The key, the scalar, or the rows of a group. */
  readonly #kept = new Excerpt();
  #groupRows = 0;
  /** Bytes of the group before the row that is being read. */
  #bytesBeforeRow = 0;
  /** The comma in the chunk behind the last row, while the next one has not begun. */
  #commaAt: number | null = null;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  beginChunk(chunk: Buffer): void {
    this.#chunk = chunk;
  }

  endChunk(): void {
    const { length } = this.#chunk;
    if (this.#part === 'key' && this.#kept.lengthAt(length) > maxKeyBytes) this.#kept.drop();
    // White space between rows is not kept, however much of it follows.
    if (this.#commaAt !== null) this.#endGroup(this.#commaAt);
    this.#checkLength(length);
    this.#kept.endChunk(this.#chunk);
  }

  keyBegins(at: number): void {
    this.#part = 'key';
    this.#kept.begin(at);
  }

  keyEnds(at: number): void {
    const length = this.#kept.lengthAt(at);
    const pieces = this.#kept.end(this.#chunk, at);
    const mayBeKnown = length >= minKeyBytes && length <= maxKeyBytes;
    this.#key = mayBeKnown ? knownKey(Buffer.concat(pieces).toString()) : null;
    this.#part = 'other';
  }

  valueBegins(at: number, firstByte: number, depth: number): void {
    if (depth === 0) {
      if (firstByte === openBrace) this.result.envelope = {};
    } else if (depth === 2) {
      if (this.#part === 'rows') this.#beginRow(at);
    } else if (this.#key === rowsKey) this.#beginRows(firstByte === openBracket);
    else if (this.#key !== null) {
      this.#part = 'scalar';
      this.#kept.begin(at);
    }
  }

  valueEnds(at: number, depth: number, isLast: boolean): void {
    if (depth === 2) {
      if (this.#part === 'rows') this.#endRow(at, isLast);
      return;
    }
    if (this.#part === 'scalar') {
      this.#checkLength(at);
      const text = Buffer.concat(this.#kept.end(this.#chunk, at)).toString();
      this.#set(this.#key as string, JSON.parse(text));
    }
    this.#part = 'other';
  }

  /** The last of several members with the same key counts. */
  #beginRows(isArray: boolean): void {
    this.#part = isArray ? 'rows' : 'other';
    this.#set(rowsKey, isArray ? [] : null);
    this.result.groups = [];
    this.result.rowCount = 0;
  }

  #beginRow(at: number): void {
    this.result.rowCount++;
    if (this.result.rowCount > this.#maxRows) throw tooManyRows(this.#maxRows);
    this.#commaAt = null;
    if (!this.#kept.isOpen) {
      this.#kept.begin(at);
      this.#groupRows = 0;
    }
    this.#groupRows++;
    this.#bytesBeforeRow = this.#kept.lengthAt(at);
  }

  #endRow(at: number, isLast: boolean): void {
    this.#checkLength(at);
    const isFull = this.#groupRows === maxGroupRows || this.#kept.lengthAt(at) >= maxGroupBytes;
    if (isLast || isFull) this.#endGroup(at);
    else this.#commaAt = at;
  }

  #endGroup(at: number): void {
    const pieces = this.#kept.end(this.#chunk, at);
    this.result.groups.push(Buffer.concat([arrayBegin, ...pieces, arrayEnd]));
    this.#commaAt = null;
  }

  #checkLength(at: number): void {
    const length = this.#kept.lengthAt(at);
    if (this.#part === 'scalar' && length > maxScalarBytes)
      throw partTooLarge(`/${this.#key}`, maxScalarBytes);
    if (this.#part === 'rows' && length - this.#bytesBeforeRow > maxRowBytes)
      throw partTooLarge(`/${rowsKey}/${this.result.rowCount - 1}`, maxRowBytes);
  }

  #set(key: string, value: unknown): void {
    if (this.result.envelope !== null) this.result.envelope[key] = value;
  }
}

/** The key as JSON.parse reads it, if the API knows it. */
function knownKey(text: string): string | null {
  const key = text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
  return knownKeys.has(key) ? key : null;
}
