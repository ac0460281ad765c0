import type { SessionBody } from '../../api/admin/session/schema.ts';
import { request, setCsrfToken } from './request.ts';

export type SignedInUser = SessionBody['user'];

/**
 * Says that there may be a session, whose cookie scripts cannot see. Without it nobody asks: the
 * answer would be a 401, which browsers report as an error on their console.
 */
const mark = 'tallyflow.signed-in';

let known: Promise<SignedInUser | null> | null = null;
let hasEnded = false;

/** Who is signed in; asks the API once. Throws HttpError where it cannot say. */
export function currentUser(): Promise<SignedInUser | null> {
  known ??= load().catch((error) => {
    known = null;
    throw error;
  });
  return known;
}

async function load(): Promise<SignedInUser | null> {
  if (localStorage.getItem(mark) === null) return null;
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
  hasEnded = false;
  localStorage.setItem(mark, '1');
  known = Promise.resolve(user);
  return user;
}

export async function signIn(credentials: { email: string; password: string }): Promise<void> {
  remember((await request<SessionBody>('session', { method: 'POST', body: credentials })).data);
}

export async function signOut(everywhere = false): Promise<void> {
  await request(everywhere ? 'sessions' : 'session', { method: 'DELETE' });
  forgetSession();
}

/** After the API has refused it in the middle of something. */
export function endSession(): void {
  hasEnded = true;
  forgetSession();
}

/** Whether whoever comes to the sign-in has been signed in until just now, and should hear about it. */
export const hasSessionEnded = (): boolean => hasEnded;

export function forgetSession(): void {
  localStorage.removeItem(mark);
  setCsrfToken(null);
  known = Promise.resolve(null);
}

/** Another tab has signed in or out: its session is this tab's too. */
export function followOtherTabs(): void {
  window.addEventListener('storage', ({ key }) => {
    if (key !== mark) return;
    known = null;
    setCsrfToken(null);
  });
}
