export interface ApiClient {
  baseUrl: string;
  apiKey: string;
  /** Sends and receives JSON. Throws an Error with the response body if the status is not 2xx. */
  request<Body>(method: string, path: string, body?: unknown): Promise<ApiAnswer<Body>>;
}

export interface ApiAnswer<Body> {
  body: Body;
  headers: Headers;
}

/** A healthy API responds much sooner, so an API that takes longer hangs. */
const timeoutMs = 60_000;

/** A client that uses the API as an integrating system does. */
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
