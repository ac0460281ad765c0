import { useSyncExternalStore } from 'react';
import type { SessionBody } from '../../api/admin/session/schema.ts';
import { request, setCsrfToken } from './request.ts';

export type SignedInUser = SessionBody['user'];

/**
 * The entry of local storage that says that there may be a session, since scripts cannot see its cookie.
 * Without it the API is not asked: browsers would report its 401 as an error on their console.
 */
const storageKey = 'tallyflow.signed-in';

let known: Promise<SignedInUser | null> | null = null;
/** Whether the API has confirmed the session, and the user has not signed out since. */
let isSignedIn = false;
/** Whether the API has refused a session that it accepted before. */
let hasEnded = false;
const listeners = new Set<() => void>();

/** The signed-in user, for which the API is asked once. Throws HttpError when the API cannot tell. */
export function currentUser(): Promise<SignedInUser | null> {
  known ??= load().catch((error) => {
    known = null;
    throw error;
  });
  return known;
}

/** Whether a user may be signed in, without asking the API. */
export const mayBeSignedIn = (): boolean => localStorage.getItem(storageKey) !== null;

async function load(): Promise<SignedInUser | null> {
  if (!mayBeSignedIn()) return null;
  try {
    return remember((await request<SessionBody>('session')).data);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 401) throw error;
    localStorage.removeItem(storageKey);
    return null;
  }
}

function remember({ user, csrf_token }: SessionBody): SignedInUser {
  setCsrfToken(csrf_token);
  localStorage.setItem(storageKey, '1');
  known = Promise.resolve(user);
  isSignedIn = true;
  setHasEnded(false);
  return user;
}

export interface Credentials {
  email: string;
  password: string;
  /** Is sent when the API has asked for it. */
  code?: string;
}

export async function signIn(credentials: Credentials): Promise<SignedInUser> {
  return remember(
    (await request<SessionBody>('session', { method: 'POST', body: credentials })).data,
  );
}

/** Sets the password of the invited user and signs them in. */
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
 * Notes that the API has refused the session. The user stays known, so that the page stays as it is,
 * with everything typed on it, until they have signed in again.
 */
export const endSession = (): void => setHasEnded(true);

/** Whether the user has to sign in again. */
export const useHasSessionEnded = (): boolean =>
  useSyncExternalStore(onSessionChange, () => hasEnded);

/** Asks whether the session still exists; another window may have renewed it. Throws HttpError when the API cannot tell. */
export async function renewSession(): Promise<void> {
  const before = await known;
  try {
    const after = remember((await request<SessionBody>('session')).data);
    // Another user must not see what this one saw.
    if (before !== null && after.id !== before.id) location.reload();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 401) throw error;
    endSession();
  }
}

export function forgetSession(): void {
  localStorage.removeItem(storageKey);
  setCsrfToken(null);
  known = Promise.resolve(null);
  setSignedIn(false);
}

/** Follows other tabs that sign in or out, since all tabs share one session. */
export function followOtherTabs(): void {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key !== storageKey) return;
    known = null;
    setCsrfToken(null);
    setSignedIn(false);
    // Asked now, since the next change needs the token of the new session.
    if (newValue !== null) void currentUser().catch(() => {});
  });
}

/** Whether the API accepts the session, as far as is known. */
export const isSessionAlive = (): boolean => isSignedIn && !hasEnded;

function setSignedIn(next: boolean): void {
  isSignedIn = next;
  notifyListeners();
}

function setHasEnded(next: boolean): void {
  hasEnded = next;
  notifyListeners();
}

function notifyListeners(): void {
  for (const listener of listeners) listener();
}

/** Calls the listener when a user has signed in or out, or a session has ended. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
