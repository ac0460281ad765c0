import type { AuthProvider, HttpError } from '@refinedev/core';
import type { SessionBody } from '../../api/admin/session/schema.ts';
import { rememberCsrfToken, request } from './http.ts';

const path = '/api/admin/session';

/** The cookie is out of reach, so this says whether asking for the session is worth it. */
const hint = 'tallyflow-signed-in';

/** Asked for once; after that the API says when it has ended. */
let session: Promise<SessionBody> | null = null;

async function remember(asked: Promise<{ body: SessionBody }>): Promise<SessionBody> {
  const { body } = await asked;
  rememberCsrfToken(body.csrf_token);
  localStorage.setItem(hint, 'yes');
  return body;
}

function forget(): void {
  session = null;
  localStorage.removeItem(hint);
}

function currentSession(): Promise<SessionBody> {
  if (localStorage.getItem(hint) === null) return Promise.reject(new Error('not signed in'));
  session ??= remember(request<SessionBody>('GET', path)).catch((error: unknown) => {
    forget();
    throw error;
  });
  return session;
}

const toSignIn = { logout: true, redirectTo: '/sign-in' };

export const authProvider: AuthProvider = {
  async login({ email, password }: { email: string; password: string }) {
    try {
      const signedIn = await remember(request<SessionBody>('POST', path, { email, password }));
      session = Promise.resolve(signedIn);
      return { success: true, redirectTo: '/' };
    } catch (error) {
      return {
        success: false,
        error: { name: 'Not signed in', message: (error as HttpError).message },
      };
    }
  },

  async logout() {
    // A session that has ended already is as good as signed out.
    await request('DELETE', path).catch(() => {});
    forget();
    // The page goes, and with it all that was fetched for whoever was signed in.
    window.location.assign('/admin/sign-in');
    return new Promise(() => {});
  },

  async check() {
    try {
      await currentSession();
      return { authenticated: true };
    } catch {
      return { authenticated: false, ...toSignIn };
    }
  },

  async onError(error: HttpError) {
    if (error.statusCode !== 401) return {};
    forget();
    return toSignIn;
  },

  getIdentity: async () => (await currentSession()).user,
  getPermissions: async () => (await currentSession()).user.role,
};

/** Accepts an invitation, which signs in. */
export async function acceptInvitation(token: string, password: string): Promise<void> {
  const accepted = request<SessionBody>('POST', '/api/admin/invitations/accept', {
    token,
    password,
  });
  session = Promise.resolve(await remember(accepted));
}
