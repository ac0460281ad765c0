/** The type of a failure in Temporal, a code of ours, a SQLSTATE, or a code of the system. */
const word = /^[\w-]{1,64}$/;

/** A stable word for an error. Its message stays out: it may quote a row. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  // Objection wraps the error of the driver.
  const native = 'nativeError' in error ? error.nativeError : error;
  const { type, code } = native as { type?: unknown; code?: unknown };
  for (const given of [type, code]) if (typeof given === 'string' && word.test(given)) return given;
  return error.name;
}
