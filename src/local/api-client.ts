export interface ApiClient {
  baseUrl: string;
  apiKey: string;
  /** Sends JSON, reads JSON; throws an Error with the problem's detail on any other answer than 2xx. */
  request<Body>(method: string, path: string, body?: unknown): Promise<ApiAnswer<Body>>;
}

export interface ApiAnswer<Body> {
  body: Body;
  headers: Headers;
}

/** Longer than any answer of a healthy API, short enough to notice one that hangs. */
const timeoutMs = 60_000;

/** A client of the API in the way that an integrating system would be one. */
export function createApiClient(baseUrl: string, apiKey: string, signal: AbortSignal): ApiClient {
  return {
    baseUrl,
    apiKey,
    async request<Body>(method: string, path: string, body?: unknown) {
      const response = await fetch(baseUrl + path, {
        method,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return { body: JSON.parse(text) as Body, headers: response.headers };
    },
  };
}
