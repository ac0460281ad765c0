import { ApiError } from '../domain/errors.ts';
import { maxJsonDepth } from '../domain/limits.ts';
import { isDeeperThan } from './json-depth.ts';

/** Throws ApiError `malformed_json`, which says where, and quotes nothing of the body; `invalid_request` for one that nests too deep. */
export function parseJson(text: string): unknown {
  if (isDeeperThan(text, maxJsonDepth)) {
    throw new ApiError(
      'invalid_request',
      `The body must not nest arrays and objects deeper than ${maxJsonDepth} levels.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the body, but for the position.
    const where =
      error instanceof Error
        ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0]
        : undefined;
    throw new ApiError(
      'malformed_json',
      `The body is not valid JSON${where === undefined ? '' : `, ${where}`}.`,
      { cause: error },
    );
  }
}
