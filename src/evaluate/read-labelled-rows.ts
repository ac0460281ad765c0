import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import type { CategorizableTransaction } from '../categorization/categorizable-transaction.ts';
import type { LabelledRow } from '../categorization/labelled-row.ts';
import { ApiError } from '../domain/errors.ts';
import { fromFormulaSafe } from '../domain/formula-safe.ts';
import { maxCategoryNameCharacters, maxTextCharacters } from '../domain/limits.ts';
import { textProblem } from '../domain/text.ts';
import { ErrorCollector } from '../ingestion/error-collector.ts';
import type { CategoryIds } from './category-ids.ts';

/** Twice the size that was measured. A random part of more rows shows the same, in less time and memory. */
export const maxRows = 200_000;
/** A line has two texts of up to 2,000 characters of 4 bytes, and may have other columns. */
const maxRecordBytes = 64 * 1024;

const columns = ['merchant_name', 'description', 'category'] as const;
type Column = (typeof columns)[number];

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

export interface LabelledRows {
  rows: LabelledRow[];
  /** Rows without a category. */
  unlabelled: CategorizableTransaction[];
}

/**
 * Reads a CSV file with the columns `merchant_name`, `description` and `category`, in any order and among others.
 * Throws ApiError, which names each bad line.
 */
export async function readLabelledRows(
  file: string,
  categories: CategoryIds,
): Promise<LabelledRows> {
  const reader = new RowReader(file, categories);
  const parser = parse({
    bom: true,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
  });
  try {
    await pipeline(createReadStream(file), parser, async (records: AsyncIterable<ParsedRecord>) => {
      for await (const { record, info } of records) reader.read(record, info.lines);
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const detail = `cannot be read as CSV: ${error.message}`;
    throw invalid(`${file} is not valid.`, [
      { pointer: '', detail, line: Number(error.lines ?? 1) },
    ]);
  }
  return reader.finish();
}

class RowReader {
  readonly #file: string;
  readonly #categories: CategoryIds;
  readonly #errors = new ErrorCollector();
  readonly #rows: LabelledRow[] = [];
  readonly #unlabelled: CategorizableTransaction[] = [];
  #header: Header | null = null;

  constructor(file: string, categories: CategoryIds) {
    this.#file = file;
    this.#categories = categories;
  }

  /** @param line where the record ends */
  read(cells: readonly string[], line: number): void {
    if (cells.every((cell) => cell === '')) return;
    if (this.#header === null) {
      this.#header = readHeader(this.#file, cells);
      return;
    }
    const { places, cellCount } = this.#header;
    if (cells.length !== cellCount) {
      const detail = `has ${cells.length} cells, but the header has ${cellCount}`;
      this.#errors.add({ pointer: '', detail }, line);
      return;
    }
    const text = (column: Column) => fromFormulaSafe(cells[places[column]] ?? '');
    if (this.#rows.length + this.#unlabelled.length === maxRows) throw tooManyRows(this.#file);
    const category = text('category').trim();
    const merchantName = text('merchant_name');
    const description = text('description');
    const isValid = [
      this.#check('merchant_name', merchantName, maxTextCharacters, line),
      this.#check('description', description, maxTextCharacters, line),
      this.#check('category', category, maxCategoryNameCharacters, line),
    ].every(Boolean);
    if (!isValid) return;
    const texts = { merchantName: merchantName || null, description: description || null };
    if (category === '') this.#unlabelled.push(texts);
    else this.#rows.push({ ...texts, categoryId: this.#categories.idOf(category) });
  }

  finish(): LabelledRows {
    if (this.#header === null) throw invalid(`${this.#file} is empty.`);
    this.#errors.throwAs('invalid_request', `${this.#file} is not valid.`);
    if (this.#rows.length === 0) throw invalid(`${this.#file} has no row with a category.`);
    return { rows: this.#rows, unlabelled: this.#unlabelled };
  }

  #check(column: Column, text: string, maxCharacters: number, line: number): boolean {
    const detail = textProblem(text, maxCharacters);
    if (detail !== null) this.#errors.add({ pointer: `/${column}`, detail }, line);
    return detail === null;
  }
}

interface Header {
  places: Record<Column, number>;
  cellCount: number;
}

function readHeader(file: string, cells: readonly string[]): Header {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  const repeated = columns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  const problems = [
    ...missing.map((column) => `${file} has no column "${column}".`),
    ...repeated.map((column) => `${file} has the column "${column}" more than once.`),
  ];
  if (problems.length > 0)
    throw invalid(`${problems.join(' ')} Its columns are: ${names.join(', ')}.`);
  const places = Object.fromEntries(columns.map((column) => [column, names.indexOf(column)]));
  return { places: places as Header['places'], cellCount: cells.length };
}

const invalid = (detail: string, errors: ApiError['errors'] = []): ApiError =>
  new ApiError('invalid_request', detail, { errors });

const tooManyRows = (file: string): ApiError =>
  new ApiError(
    'payload_too_large',
    `${file} has more than ${maxRows.toLocaleString('en')} rows. Evaluate a random part of them.`,
  );
