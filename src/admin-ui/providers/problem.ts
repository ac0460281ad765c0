import type { HttpError } from '@refinedev/core';
import { capitalize } from '../format/capitalize.ts';

/** RFC 9457, as the API sends it. */
interface Problem {
  detail?: string;
  title?: string;
  code?: string;
  errors?: FieldProblem[];
}

interface FieldProblem {
  pointer: string;
  detail: string;
  /** The line of an imported file, into which the pointer then points. */
  line?: number;
}

/** Makes Refine's error of an answer of the API, with the invalid fields by name, as forms expect them. */
export function toHttpError(status: number, answer: unknown): HttpError {
  const problem = (answer ?? {}) as Problem;
  const error: HttpError = {
    statusCode: status,
    message: problem.detail ?? problem.title ?? `The server responded with status ${status}.`,
    code: problem.code,
  };
  const errors = fieldErrors(problem.errors ?? []);
  return Object.keys(errors).length === 0 ? error : { ...error, errors };
}

function fieldErrors(errors: FieldProblem[]): Record<string, string[]> {
  const byField: Record<string, string[]> = {};
  for (const { pointer, detail, line } of errors) {
    const field = fieldOf(line === undefined ? pointer : `/lines/${line}${pointer}`);
    if (field === '') continue;
    byField[field] = [...(byField[field] ?? []), sentence(detail)];
  }
  return byField;
}

/** `/a/0/b~1c` → `a.0.b/c`: RFC 6901, in the form that Refine splits. */
const fieldOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');

/** `must not be blank` → `Must not be blank.` */
function sentence(detail: string): string {
  const text = capitalize(detail);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
