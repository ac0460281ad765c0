import type { AuthProvider } from '@refinedev/core';
import { currentUser, forgetSession, signIn, signOut } from './session.ts';

export const signInPath = '/sign-in';

export const authProvider: AuthProvider = {
  async login({ email, password, redirectTo }) {
    try {
      await signIn({ email, password });
      return { success: true, redirectTo: redirectTo ?? '/' };
    } catch (error) {
      return { success: false, error: asError(error) };
    }
  },

  async logout({ everywhere = false } = {}) {
    try {
      await signOut(everywhere);
    } catch (error) {
      // Without a session nobody is signed in, which is what was asked for.
      if ((error as { statusCode?: number }).statusCode !== 401)
        return { success: false, error: asError(error) };
      forgetSession();
    }
    return { success: true, redirectTo: signInPath };
  },

  async check() {
    const user = await currentUser();
    return user === null
      ? { authenticated: false, redirectTo: signInPath, logout: false }
      : { authenticated: true };
  },

  /** A session that ended in the middle: back to the sign-in, and from there to the same place. */
  async onError(error) {
    if (error?.statusCode !== 401) return {};
    forgetSession();
    return { redirectTo: expiredPath(), error };
  },

  getIdentity: currentUser,

  async getPermissions() {
    return (await currentUser())?.role ?? null;
  },
};

/** Where to sign in again, and to come back to; paths are relative to /admin. */
function expiredPath(): string {
  const here = `${location.pathname.replace(/^\/admin/, '')}${location.search}`;
  const isSignIn = here.startsWith(signInPath);
  return isSignIn ? here : `${signInPath}?expired=1&to=${encodeURIComponent(here)}`;
}

const asError = (error: unknown): Error => {
  const { message = 'Something went wrong.', ...rest } = error as { message?: string };
  return Object.assign(new Error(message), rest);
};
