import path from 'node:path';
import { parseArgs } from 'node:util';
import { ApiError } from '../domain/errors.ts';
import { type EvaluateOptions, evaluateFile } from './evaluate-file.ts';
import { formatEvaluation } from './format-evaluation.ts';

const usage = `Usage: script/evaluate FILE.csv [options]

  FILE.csv                labelled rows, with the columns merchant_name, description and category
  --patterns FILE.json    categories and patterns (default samples/starter-categories.json)
  --target 0.95           the precision that the answers should have, from 0.5 to 0.999
  --later FILE.csv        later labelled rows, which are answered by what was learned from the first file
`;

/** Enough to see what is wrong with a file. */
const maxListedErrors = 20;

/** Short where the command runs in the checkout, and right everywhere. */
const starterFile = path.relative(
  process.cwd(),
  path.join(import.meta.dirname, '../../samples/starter-categories.json'),
);

class UsageError extends Error {}

function readOptions(args: string[]): EvaluateOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      patterns: { type: 'string', default: starterFile },
      target: { type: 'string', default: '0.95' },
      later: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('Name one CSV file.');
  return {
    file,
    patternFile: values.patterns,
    laterFile: values.later ?? null,
    targetPrecision: readTarget(values.target),
  };
}

function readTarget(text: string): number {
  // Number() would also accept an empty text, blanks and "0x0".
  const target = /^0\.\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(target >= 0.5 && target <= 0.999))
    throw new UsageError(`--target must be a number from 0.5 to 0.999, not "${text}".`);
  return target;
}

function describeInvalidFile({ message, errors, errorCount }: ApiError): string {
  const listed = errors.slice(0, maxListedErrors);
  const lines = listed.map(({ pointer, detail, line }) =>
    [line === undefined ? '' : `line ${line}:`, pointer.slice(1), detail].filter(Boolean).join(' '),
  );
  const hidden = errorCount - listed.length;
  if (hidden > 0) lines.push(`and ${hidden.toLocaleString('en')} more`);
  return [message, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Returns the exit code and what to print, or null for an error that is a defect of the program. */
function describeError(error: unknown): { exitCode: number; text: string } | null {
  if (error instanceof ApiError) return { exitCode: 1, text: describeInvalidFile(error) };
  if (!(error instanceof Error)) return null;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS_'))
    return { exitCode: 2, text: `${error.message}\n\n${usage}` };
  // A file that is missing, unreadable or a folder.
  return syscall === undefined ? null : { exitCode: 1, text: error.message };
}

try {
  const options = readOptions(process.argv.slice(2));
  const evaluation = await evaluateFile(options, (message) => console.error(message));
  console.log(formatEvaluation(evaluation));
} catch (error) {
  const described = describeError(error);
  if (described === null) throw error;
  console.error(described.text);
  process.exitCode = described.exitCode;
}
