import { consoleResources } from '../resources.tsx';
import type { ErrorPlace } from './error-place.ts';
import { pageRoute } from './page-route.ts';
import { pageTraceId } from './page-trace.ts';
import { errorReports } from './settings.ts';

const resourcePaths = consoleResources.map(({ path }) => path);

/** Reports an error of the console's own code. The code that sends it is loaded with the first one. */
export function reportError(error: unknown, componentStack?: string): void {
  if (errorReports === null || !(error instanceof Error) || isExpected(error)) return;
  const path = location.pathname.slice(import.meta.env.BASE_URL.length);
  const place: ErrorPlace = {
    route: pageRoute(path, resourcePaths),
    traceId: pageTraceId(),
    batchId: /^batches\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(path)?.[1],
    componentStack,
  };
  const settings = errorReports;
  import('./send-error.ts').then(
    ({ sendError }) => sendError(error, place, settings),
    // The server is away, or an update has replaced the files.
    () => {},
  );
}

/** A page that left, or code that could not be loaded: the server is away, or an update has replaced the files. */
const isExpected = ({ name, message }: Error): boolean =>
  name === 'AbortError' || /dynamically imported module|module script/i.test(message);

/** Reports errors that nothing catches. */
export function followErrors(): void {
  if (errorReports === null) return;
  window.addEventListener('error', ({ error }) => reportError(error));
  window.addEventListener('unhandledrejection', ({ reason }) => reportError(reason));
}
