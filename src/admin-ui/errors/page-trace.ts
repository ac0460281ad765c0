import { errorReports } from './settings.ts';

const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

let pathname = '';
let traceId = '';

/** The id of the trace that all requests of the page belong to. Another path is another page. */
export function pageTraceId(): string {
  if (location.pathname !== pathname) {
    pathname = location.pathname;
    traceId = randomHex(16);
  }
  return traceId;
}

/** A W3C `traceparent`, by which an error of the page leads to the API's traces; empty where errors go nowhere. */
export const traceHeaders = (): Record<string, string> =>
  errorReports === null ? {} : { traceparent: `00-${pageTraceId()}-${randomHex(8)}-00` };
