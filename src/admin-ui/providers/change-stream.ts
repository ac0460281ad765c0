import type { ChangeEventBody } from '../../api/admin/events/schema.ts';
import { apiUrl } from './request.ts';
import { isSessionAlive, onSessionChange, renewSession } from './session.ts';

type ChangeListener = (change: ChangeEventBody) => void;

/** The wait after an answer that is no stream. The browser itself restores lost connections. */
const retryMs = 30_000;
/** A hidden window closes its connection after this time, since a browser has only six to a server. */
const hiddenMs = 30_000;

const anyChange: ChangeEventBody = { resource: '*', ids: null, request_id: null };

let listener: ChangeListener | null = null;
let source: EventSource | null = null;
/** Whether there was an earlier stream, so that changes may have been missed in between. */
let wasOpen = false;
let isHidden = false;

/** Reports each change on the server while a user is signed in and the window is visible. */
export function followChanges(onChange: ChangeListener): void {
  if (listener !== null) return;
  listener = onChange;
  onSessionChange(openOrClose);
  let hiding: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(() => setHidden(true), hiddenMs);
    else setHidden(false);
  });
  openOrClose();
}

function setHidden(hidden: boolean): void {
  isHidden = hidden;
  openOrClose();
}

function openOrClose(): void {
  const isWanted = isSessionAlive() && !isHidden;
  if (isWanted && source === null) open();
  else if (!isWanted) close();
}

function open(): void {
  const opened = new EventSource(`${apiUrl}/events`);
  source = opened;
  opened.addEventListener('open', () => {
    if (wasOpen) listener?.(anyChange);
    wasOpen = true;
  });
  opened.addEventListener('change', ({ data }) => listener?.(JSON.parse(data)));
  // The session has ended, unless it was renewed in another window.
  opened.addEventListener('end', () => void resume(opened));
  opened.addEventListener('error', () => {
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => void resume(opened), retryMs);
  });
}

function close(): void {
  source?.close();
  source = null;
}

async function resume(ended: EventSource): Promise<void> {
  if (source !== ended) return;
  ended.close();
  try {
    await renewSession();
  } catch {
    setTimeout(() => void resume(ended), retryMs);
    return;
  }
  if (source === ended) source = null;
  openOrClose();
}
