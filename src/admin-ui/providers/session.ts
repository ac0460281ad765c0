import { useSyncExternalStore } from 'react';
import type { SessionBody } from '../../api/admin/session/schema.ts';
import { request, setCsrfToken } from './request.ts';

export type SignedInUser = SessionBody['user'];

/**
 * Says that there may be a session, whose cookie scripts cannot see. Without it nobody asks: the
 * answer would be a 401, which browsers report as an error on their console.
 */
const mark = 'tallyflow.signed-in';

let known: Promise<SignedInUser | null> | null = null;
/** Whether the API has said so, and nobody has signed out since. */
let isSignedIn = false;
/** Whether the API has refused the session in the middle of something. */
let hasEnded = false;
const listeners = new Set<() => void>();

/** Who is signed in; asks the API once. Throws HttpError where it cannot say. */
export function currentUser(): Promise<SignedInUser | null> {
  known ??= load().catch((error) => {
    known = null;
    throw error;
  });
  return known;
}

/** False where nobody can be signed in, without asking. */
export const mayBeSignedIn = (): boolean => localStorage.getItem(mark) !== null;

async function load(): Promise<SignedInUser | null> {
  if (!mayBeSignedIn()) return null;
  try {
    return remember((await request<SessionBody>('session')).data);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 401) throw error;
    localStorage.removeItem(mark);
    return null;
  }
}

function remember({ user, csrf_token }: SessionBody): SignedInUser {
  setCsrfToken(csrf_token);
  localStorage.setItem(mark, '1');
  known = Promise.resolve(user);
  isSignedIn = true;
  setHasEnded(false);
  return user;
}

export interface Credentials {
  email: string;
  password: string;
  /** Where the API has asked for one. */
  code?: string;
}

export async function signIn(credentials: Credentials): Promise<SignedInUser> {
  return remember(
    (await request<SessionBody>('session', { method: 'POST', body: credentials })).data,
  );
}

/** The invited person chooses a password, and is signed in by that. */
export async function acceptInvitation(invitation: {
  token: string;
  password: string;
  code?: string;
}): Promise<void> {
  remember(
    (await request<SessionBody>('invitations/accept', { method: 'POST', body: invitation })).data,
  );
}

export async function signOut(everywhere = false): Promise<void> {
  setSignedIn(false);
  try {
    await request(everywhere ? 'sessions' : 'session', { method: 'DELETE' });
  } catch (error) {
    setSignedIn(true);
    throw error;
  }
  forgetSession();
}

/**
 * After the API has refused it in the middle of something. Who it was stays known, so that the page
 * stays as it is, with what was typed on it, until they have signed in again.
 */
export const endSession = (): void => setHasEnded(true);

/** Whether to sign in again before anything else. */
export const useHasSessionEnded = (): boolean =>
  useSyncExternalStore(onSessionChange, () => hasEnded);

/** Asks whether there is a session still, which another window may have renewed. Throws HttpError where nobody can say. */
export async function renewSession(): Promise<void> {
  const before = await known;
  try {
    const after = remember((await request<SessionBody>('session')).data);
    // Nobody goes on with what somebody else sees.
    if (before !== null && after.id !== before.id) location.reload();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 401) throw error;
    endSession();
  }
}

export function forgetSession(): void {
  localStorage.removeItem(mark);
  setCsrfToken(null);
  known = Promise.resolve(null);
  setSignedIn(false);
}

/** Another tab has signed in or out: its session is this tab's too. */
export function followOtherTabs(): void {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key !== mark) return;
    known = null;
    setCsrfToken(null);
    setSignedIn(false);
    // Now, since the next change needs the token of the new session.
    if (newValue !== null) void currentUser().catch(() => {});
  });
}

/** Whether the API answers in somebody's name, as far as is known. */
export const isSessionAlive = (): boolean => isSignedIn && !hasEnded;

function setSignedIn(next: boolean): void {
  isSignedIn = next;
  tell();
}

function setHasEnded(next: boolean): void {
  hasEnded = next;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** Calls the listener when somebody has signed in or out, or a session has ended. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
