import { type Span, SpanKind } from '@opentelemetry/api';
import type pg from 'pg';
import { isTraced, markFailed, tracer } from '../../tracing/in-span.ts';

interface Statement {
  text: string;
  /** Of a statement that is prepared. */
  name?: string;
}

type Callback = (error: Error | null, result: unknown) => void;

/** They take no time, and would make half of all spans. */
const isBookkeeping = /^\s*(?:BEGIN|SAVEPOINT|RELEASE|SET|SELECT\s+set_config)\b/i;
const firstWord = /^\s*(\w+)/;
const changedTable = /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)/i;
/** A function is no table. */
const readTable = /\b(?:FROM|JOIN)\s+"?(\w+)\b(?!\s*\()/i;

/**
 * Makes a span of each statement that a connection runs within a trace: its text, in which parameters stand for values,
 * and never the values. A COPY has a span where it is made.
 */
export function traceStatements(connection: pg.Client): void {
  const query = connection.query.bind(connection) as (...args: unknown[]) => unknown;
  const traced = (statement: unknown, ...rest: unknown[]): unknown => {
    const callback = rest.at(-1);
    if (typeof callback !== 'function' || !isTraced() || !isStatement(statement))
      return query(statement, ...rest);
    if (isBookkeeping.test(statement.text)) return query(statement, ...rest);
    const span = startSpan(statement);
    const end: Callback = (error, result) => {
      if (error) markFailed(span, error);
      span.end();
      (callback as Callback)(error, result);
    };
    return query(statement, ...rest.slice(0, -1), end);
  };
  connection.query = traced as typeof connection.query;
}

const isStatement = (given: unknown): given is Statement =>
  typeof given === 'object' && given !== null && 'text' in given && typeof given.text === 'string';

function startSpan({ text, name }: Statement): Span {
  const summary = name ?? summarize(text);
  return tracer.startSpan(summary, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      'db.query.text': text,
    },
  });
}

/** What a statement does to which table, such as "UPDATE batches". */
function summarize(text: string): string {
  const changed = changedTable.exec(text);
  if (changed !== null)
    return `${changed[1]?.replace(/\s+/, ' ').toUpperCase()} ${changed[2]?.toLowerCase()}`;
  const verb = firstWord.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  const table = readTable.exec(text)?.[1]?.toLowerCase();
  return table === undefined ? verb : `${verb === 'WITH' ? 'SELECT' : verb} ${table}`;
}
