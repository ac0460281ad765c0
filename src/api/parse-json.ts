import { ApiError } from '../domain/errors.ts';

/** Throws ApiError `malformed_json`, which says where, and quotes nothing of the body. */
export function parseJson(text: string): unknown {
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
