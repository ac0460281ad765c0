import { types } from 'node:util';
import { describeDatabaseError } from '../db/connection/errors.ts';
import { knownErrorMessage } from '../domain/known-error-message.ts';
import { type StackFrame, stackFrames } from './stack-frames.ts';

export interface DescribedError {
  type: string;
  value: string;
  stacktrace?: { frames: StackFrame[] };
}

/** A cause of a cause tells what went wrong; more of them only repeat it. */
const maxErrors = 3;
const messageWithheld = 'The log has the message.';

/**
 * An error and its causes in words that can leave the installation, the innermost one first. A message may quote
 * anything, so none gets through: instead, there is a text of ours for messages that are known, and for error codes.
 */
export function describeError(thrown: unknown): DescribedError[] {
  const described: DescribedError[] = [];
  for (
    let error = thrown;
    error !== undefined && described.length < maxErrors;
    error = types.isNativeError(error) ? error.cause : undefined
  )
    described.unshift(describeOne(error));
  return described;
}

function describeOne(error: unknown): DescribedError {
  if (!types.isNativeError(error)) return { type: 'NotAnError', value: messageWithheld };
  const frames = stackFrames(error);
  return {
    type: errorClass(error),
    value: sendableMessage(error) ?? messageWithheld,
    ...(frames.length > 0 && { stacktrace: { frames } }),
  };
}

/** An error in one line that other systems may keep. */
export function summarizeError(error: unknown): string {
  const { type, value } = describeOne(error);
  return `${type}: ${value}`;
}

/** What can be said of an error outside of the installation, where its message may not; null where that is nothing. */
export const sendableMessage = (error: Error): string | null =>
  databaseMessage(error) ?? knownErrorMessage(error.message) ?? codeMessage(error);

/** The name of a class, or the type of a failure in Temporal, which says more. */
export function errorClass(error: Error): string {
  const type = 'type' in error && error.name === 'ApplicationFailure' ? error.type : error.name;
  return typeof type === 'string' && /^[A-Za-z][\w$]{0,59}$/.test(type) ? type : 'Error';
}

function databaseMessage(error: Error): string | null {
  const database = describeDatabaseError(error);
  if (database === null) return null;
  const { code, constraint } = database;
  return `database error ${code}${constraint === undefined ? '' : ` on ${constraint}`}`;
}

/** Codes of the operating system (`ECONNRESET`), of Node.js (`ERR_…`) and of its fetch (`UND_ERR_…`). */
function codeMessage(error: Error): string | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^(?:E|UND_ERR_)[A-Z0-9_]{2,50}$/.test(code) ? code : null;
}
