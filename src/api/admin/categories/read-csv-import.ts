import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { ApiError, type FieldError } from '../../../domain/errors.ts';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
import { fromFormulaSafe } from '../../../domain/formula-safe.ts';
import { ErrorCollector } from '../../../ingestion/error-collector.ts';
import { fieldErrors } from '../../../ingestion/field-errors.ts';
import { importTooLarge } from './check-import-limits.ts';
import {
  type CategoryImport,
  type CsvLine,
  csvColumns,
  csvLineSchema,
  maxImportCategories,
  maxImportPatterns,
} from './schema.ts';

type Column = (typeof csvColumns)[number];

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

interface CsvRecord {
  cells: string[];
  /** Where it ends. */
  line: number;
}

/** Four times the longest valid line, in which each character has four bytes or is a doubled quote. */
const maxRecordBytes = 8 * 1024;
/** A header, and one line for each category and each pattern. */
const maxRecords = 1 + maxImportCategories + maxImportPatterns;
/** Bytes that are parsed at a time: lines of three characters take 15 µs each. */
const sliceBytes = 4 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const tooLong = 'exceeds the maximum length of a line';
const syntaxProblems: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quotation mark that is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quotation mark',
  CSV_MAX_RECORD_SIZE: tooLong,
  INVALID_OPENING_QUOTE: 'has a quotation mark in an unquoted cell',
};

/**
 * Reads the categories of a CSV file, which has one line for each pattern, in any order. A line without a pattern
 * is a category by itself. Throws ApiError, which names each bad line.
 */
export async function readCsvImport(text: string): Promise<CategoryImport['categories']> {
  const [header, ...records] = await parseRecords(text);
  const columns = readHeader(header);
  const errors = new ErrorCollector();
  const turns = new EventLoopTurns();
  const categories = new Map<string, CategoryImport['categories'][number]>();
  for (const { cells, line } of records) {
    const { data, error } = csvLineSchema.safeParse(toValues(columns, cells));
    if (error === undefined) addLine(categories, data);
    else for (const found of fieldErrors(error)) errors.add(found, line);
    if (turns.isOver) await turns.next();
  }
  if (errors.count > 0) throw invalid(errors.first, errors.count);
  return [...categories.values()];
}

async function parseRecords(text: string): Promise<CsvRecord[]> {
  const parser = parse({
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
  });
  const records: CsvRecord[] = [];
  try {
    await pipeline(slices(text), parser, async (parsed: AsyncIterable<ParsedRecord>) => {
      for await (const { record, info } of parsed) {
        if (record.every((cell) => cell === '')) continue;
        if (records.length === maxRecords) throw importTooLarge();
        records.push({ cells: record, line: info.lines });
      }
    });
    return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error.lines ?? 1);
    const detail = syntaxProblems[error.code] ?? 'cannot be read as CSV';
    throw invalid([{ pointer: '', detail, line }], 1, error);
  }
}

/**
 * Yields the bytes of the text, and lets other work run in between. Throws ApiError for a line that is too long,
 * which the parser could turn into millions of cells.
 */
async function* slices(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const turns = new EventLoopTurns();
  let line = 1;
  let lineBegin = 0;
  for (let begin = 0; begin < bytes.length; begin += sliceBytes) {
    const end = Math.min(begin + sliceBytes, bytes.length);
    for (let at = begin; at < end; at++) {
      const isLineEnd = bytes[at] === lineFeed || bytes[at] === carriageReturn;
      if (isLineEnd) {
        if (bytes[at] === lineFeed || bytes[at + 1] !== lineFeed) line++;
        lineBegin = at + 1;
      } else if (at - lineBegin === maxRecordBytes)
        throw invalid([{ pointer: '', detail: tooLong, line }]);
    }
    yield bytes.subarray(begin, end);
    if (turns.isOver) await turns.next();
  }
}

function readHeader(header: CsvRecord | undefined): (Column | null)[] {
  const names = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const unknown = names.filter((name) => name !== '' && !isColumn(name));
  const missing = (['category', 'pattern'] as const).filter((name) => !names.includes(name));
  const repeated = names.filter((name, index) => name !== '' && names.indexOf(name) !== index);
  const problems = [
    ...missing.map((name) => ({ name, detail: 'is missing from the header' })),
    ...unknown.map((name) => ({ name, detail: 'is not a column of an import' })),
    ...repeated.map((name) => ({ name, detail: 'must appear only once in the header' })),
  ];
  if (problems.length > 0)
    throw invalid(
      problems.map(({ name, detail }) => ({
        pointer: `/${name}`,
        detail,
        line: header?.line ?? 1,
      })),
    );
  return names.map((name) => (isColumn(name) ? name : null));
}

const isColumn = (name: string): name is Column => csvColumns.some((column) => column === name);

/** Leaves out empty cells. */
function toValues(columns: readonly (Column | null)[], cells: readonly string[]): object {
  const values: Record<string, unknown> = {};
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue;
    const column = columns[index];
    if (column == null) values['more cells'] = cell;
    else if (column === 'category' || column === 'pattern') values[column] = fromFormulaSafe(cell);
    else if (column === 'priority') values[column] = wholeNumber(cell.trim());
    else values[column] = cell.trim();
  }
  return values;
}

const wholeNumber = (text: string): unknown => (/^[+-]?\d+$/.test(text) ? Number(text) : text);

function addLine(
  categories: Map<string, CategoryImport['categories'][number]>,
  { category, pattern, priority, match_mode, color }: CsvLine,
): void {
  const own = categories.get(category) ?? { name: category, color, patterns: [] };
  categories.set(category, own);
  if (pattern !== undefined) own.patterns.push({ pattern, priority, matchMode: match_mode });
}

function invalid(errors: FieldError[], errorCount = errors.length, cause?: unknown): ApiError {
  const [first] = errors;
  return new ApiError(
    'invalid_request',
    `The CSV file is not valid, first in line ${first?.line}: ${[first?.pointer.slice(1), first?.detail].filter(Boolean).join(' ')}.`,
    { errors, errorCount, cause },
  );
}
