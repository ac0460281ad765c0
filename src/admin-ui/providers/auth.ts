import type { AuthProvider } from '@refinedev/core';
import {
  type Credentials,
  currentUser,
  endSession,
  forgetSession,
  signIn,
  signOut,
} from './session.ts';

export const signInPath = '/sign-in';

export const authProvider: AuthProvider = {
  async login({ redirectTo, ...credentials }) {
    try {
      await signIn(credentials as Credentials);
      return { success: true, redirectTo: redirectTo ?? '/' };
    } catch (error) {
      return { success: false, error: asError(error) };
    }
  },

  async logout({ everywhere = false } = {}) {
    try {
      await signOut(everywhere);
    } catch (error) {
      // Without a session the user is signed out already.
      if ((error as { statusCode?: number }).statusCode !== 401)
        return { success: false, error: asError(error) };
      forgetSession();
    }
    return reloadAtSignIn();
  },

  async check() {
    const user = await currentUser();
    return user === null
      ? { authenticated: false, redirectTo: signInPath, logout: false }
      : { authenticated: true };
  },

  /** When a session has ended, the user signs in again without leaving the page. */
  async onError(error) {
    if (error?.statusCode === 401) endSession();
    // Every user has to have a second factor since a moment ago: the reloaded console asks for it.
    if (error?.code === 'second_factor_missing') location.reload();
    return {};
  },

  getIdentity: currentUser,

  async getPermissions() {
    return (await currentUser())?.role ?? null;
  },
};

/** Loads the sign-in as a new document, so that no data stays in memory and no query runs again. */
function reloadAtSignIn(): Promise<never> {
  location.replace(`${import.meta.env.BASE_URL}sign-in`);
  return new Promise(() => {});
}

const asError = (error: unknown): Error => {
  const { message = 'Something went wrong.', ...rest } = error as { message?: string };
  return Object.assign(new Error(message), rest);
};
