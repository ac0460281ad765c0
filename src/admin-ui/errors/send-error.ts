import {
  BrowserClient,
  defaultStackParser,
  type ErrorEvent,
  type Exception,
  makeFetchTransport,
  type StackFrame,
} from '@sentry/react';
import type { ConsoleErrorReports } from '../../api/console/add-error-reports.ts';
import { knownErrorMessage } from '../../domain/known-error-message.ts';
import type { ErrorPlace } from './error-place.ts';

/** An error that repeats, as while a page is drawn again and again, is one. */
const maxErrors = 10;
const maxFrames = 30;
const files = `${location.origin}${import.meta.env.BASE_URL}assets/`;
/** `async`, `new`, and identifiers with dots: no words, as a message has them. */
const functionForm = /^(?:async )?(?:new )?[\w$.#<>]{1,80}$/;

const sentKinds = new Set<string>();
let client: BrowserClient | null = null;

/** Sends an error to Sentry, as a type, a text of ours, and places in the console's files. */
export function sendError(error: Error, place: ErrorPlace, settings: ConsoleErrorReports): void {
  const { route, batchId, traceId, componentStack } = place;
  const thrown = {
    type: /^[A-Za-z][\w$]{0,59}$/.test(error.name) ? error.name : 'Error',
    value: knownErrorMessage(error.message) ?? 'The message is not sent.',
    ...stacktrace(error.stack),
  };
  const kind = JSON.stringify(thrown);
  if (sentKinds.has(kind) || sentKinds.size >= maxErrors) return;
  sentKinds.add(kind);
  const components: Exception[] =
    componentStack === undefined
      ? []
      : [{ type: 'React', value: 'The components around it', ...stacktrace(componentStack) }];
  client ??= createClient(settings);
  client.captureEvent({
    exception: { values: [...components, thrown] },
    transaction: route,
    tags: { service: 'tallyflow-console', route, batch_id: batchId },
    contexts: { trace: { trace_id: traceId, span_id: traceId.slice(16) } },
  });
}

/** Without integrations, which would follow clicks, addresses and requests. */
function createClient(settings: ConsoleErrorReports): BrowserClient {
  const created = new BrowserClient({
    ...settings,
    integrations: [],
    // Else Sentry would keep the address that an event comes from.
    dataCollection: { userInfo: false },
    stackParser: defaultStackParser,
    transport: makeFetchTransport,
    // The address of the console is the installation's own.
    transportOptions: { fetchOptions: { referrerPolicy: 'no-referrer', credentials: 'omit' } },
    sendClientReports: false,
    beforeSend: keepOurs,
  });
  created.init();
  return created;
}

/** Leaves out what the SDK may add one day. */
const keepOurs = ({
  type,
  event_id,
  timestamp,
  platform,
  environment,
  release,
  transaction,
  tags,
  exception,
  contexts,
}: ErrorEvent): ErrorEvent => ({
  type,
  event_id,
  timestamp,
  platform,
  level: 'error',
  environment,
  release,
  transaction,
  tags,
  exception,
  contexts: { trace: contexts?.trace },
});

function stacktrace(stack = ''): Pick<Exception, 'stacktrace'> {
  const frames = defaultStackParser(stack).flatMap(ownFrame).slice(-maxFrames);
  return frames.length > 0 ? { stacktrace: { frames } } : {};
}

/** Extensions of a browser have their own files, and an address may name the installation. */
function ownFrame({ filename = '', function: name, lineno, colno }: StackFrame): StackFrame[] {
  if (!filename.startsWith(files)) return [];
  return [
    {
      filename: `app://${filename.slice(location.origin.length)}`,
      ...(name !== undefined && functionForm.test(name) && { function: name }),
      lineno,
      colno,
      in_app: true,
    },
  ];
}
