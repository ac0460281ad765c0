/** An answer of a sentence has some 1,000 bytes, and headers of a proxy's error page a few thousand more. */
const maxAnswerBytes = 64 * 1024;

/** The body of an answer went on beyond what we read. */
export class AnswerTooLong extends Error {
  /** Whether it called itself JSON, as an answer of a language model does. */
  readonly isJson: boolean;

  constructor(isJson: boolean) {
    super('The answer is too long.');
    this.name = 'AnswerTooLong';
    this.isJson = isJson;
  }
}

/**
 * Like fetch(), but reads the body before it returns, within the same timeout, and never more than 64 KiB of it. It
 * follows no redirect: the key and the merchant go to the configured endpoint, and nowhere else.
 */
export async function boundedFetch(
  url: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const { status, statusText, headers } = response;
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of response.body ?? []) {
    byteCount += chunk.length;
    if (byteCount > maxAnswerBytes)
      throw new AnswerTooLong(headers.get('content-type')?.includes('json') ?? false);
    chunks.push(chunk);
  }
  const kept = new Headers(headers);
  // The body is decoded already.
  kept.delete('content-encoding');
  kept.delete('content-length');
  const hasBody = ![101, 204, 205, 304].includes(status);
  return new Response(hasBody ? Buffer.concat(chunks) : null, {
    status,
    statusText,
    headers: kept,
  });
}
