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
      // Without a session nobody is signed in, which is what was asked for.
      if ((error as { statusCode?: number }).statusCode !== 401)
        return { success: false, error: asError(error) };
      forgetSession();
    }
    return startAnew();
  },

  async check() {
    const user = await currentUser();
    return user === null
      ? { authenticated: false, redirectTo: signInPath, logout: false }
      : { authenticated: true };
  },

  /** A session that ended in the middle is begun anew on the page as it is. */
  async onError(error) {
    if (error?.statusCode === 401) endSession();
    // Since just now everyone has to have one: the console begins anew with how to add it.
    if (error?.code === 'second_factor_missing') location.reload();
    return {};
  },

  getIdentity: currentUser,

  async getPermissions() {
    return (await currentUser())?.role ?? null;
  },
};

/** Loads the sign-in as a new document: nothing that was shown stays in memory, and nothing asks again. */
function startAnew(): Promise<never> {
  location.replace(`${import.meta.env.BASE_URL}sign-in`);
  return new Promise(() => {});
}

const asError = (error: unknown): Error => {
  const { message = 'Something went wrong.', ...rest } = error as { message?: string };
  return Object.assign(new Error(message), rest);
};
