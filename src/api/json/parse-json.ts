import { ApiError } from '../../domain/errors.ts';
import { maxJsonDepth } from '../../domain/limits.ts';
import { isDeeperThan } from '../../ingestion/json-depth.ts';

/** Throws ApiError `malformed_json`, which says where, and quotes nothing of the body; `invalid_request` for one that nests too deep. */
export function parseJson(text: string): unknown {
  if (isDeeperThan(text, maxJsonDepth)) throw nestsTooDeep(maxJsonDepth);
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the body, of which only the position is passed on.
    const where =
      error instanceof Error
        ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0]
        : undefined;
    throw malformedJson(where, error);
  }
}

export function nestsTooDeep(maxDepth: number): ApiError {
  return new ApiError(
    'invalid_request',
    `The body must not nest arrays and objects deeper than ${maxDepth} levels.`,
  );
}

/** `where` is like "at position 7 (line 1 column 8)"; left out where it is not known. */
export function malformedJson(where: string | undefined, cause?: unknown): ApiError {
  return new ApiError(
    'malformed_json',
    `The body is not valid JSON${where === undefined ? '' : `, ${where}`}.`,
    { cause },
  );
}
