import { CsvError, parse } from 'csv-parse/sync';
import { ApiError, type FieldError } from '../../../domain/errors.ts';
import { fromFormulaSafe } from '../../../domain/formula-safe.ts';
import { fieldErrors } from '../../validate.ts';
import {
  type CategoryImport,
  type CsvLine,
  csvColumns,
  csvLineSchema,
  maxImportCategories,
  maxImportPatterns,
} from './schema.ts';

type Column = (typeof csvColumns)[number];

interface CsvRecord {
  cells: string[];
  /** Where it ends. */
  line: number;
}

const syntaxProblems: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quotation mark that is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'has text behind a closing quotation mark',
  INVALID_OPENING_QUOTE: 'has a quotation mark within a cell that does not begin with one',
};

/**
 * The categories of a CSV file: a line a pattern, in any order; a line without a pattern is a category
 * alone. Throws ApiError, which names each bad line.
 */
export function readCsvImport(text: string): CategoryImport['categories'] {
  const [header, ...records] = parseRecords(text);
  const columns = readHeader(header);
  const errors: FieldError[] = [];
  const categories = new Map<string, CategoryImport['categories'][number]>();
  for (const { cells, line } of records) {
    const { data, error } = csvLineSchema.safeParse(toValues(columns, cells));
    if (error !== undefined)
      errors.push(...fieldErrors(error).map((fieldError) => ({ ...fieldError, line })));
    else addLine(categories, data);
  }
  if (errors.length > 0) throw invalid(errors);
  return [...categories.values()];
}

function parseRecords(text: string): CsvRecord[] {
  try {
    const records = parse(text, {
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      // One more than an import may have tells that there are too many.
      to: 2 + maxImportCategories + maxImportPatterns,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error.lines ?? 1);
    const detail = syntaxProblems[error.code] ?? 'cannot be read as CSV';
    throw invalid([{ pointer: '', detail, line }], error);
  }
}

function readHeader(header: CsvRecord | undefined): (Column | null)[] {
  const names = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const unknown = names.filter((name) => name !== '' && !isColumn(name));
  const missing = (['category', 'pattern'] as const).filter((name) => !names.includes(name));
  const repeated = names.filter((name, index) => name !== '' && names.indexOf(name) !== index);
  const problems = [
    ...missing.map((name) => ({ name, detail: 'is required as a column of the header' })),
    ...unknown.map((name) => ({ name, detail: 'is no column of an import' })),
    ...repeated.map((name) => ({ name, detail: 'must be a column of the header only once' })),
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

/** An empty cell is one that is not there. */
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

function invalid(errors: FieldError[], cause?: unknown): ApiError {
  const [first] = errors;
  return new ApiError(
    'invalid_request',
    `The CSV file is not valid, first in line ${first?.line}: ${[first?.pointer.slice(1), first?.detail].filter(Boolean).join(' ')}.`,
    { errors, cause },
  );
}
