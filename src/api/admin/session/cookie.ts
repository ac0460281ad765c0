import { createHash, randomBytes } from 'node:crypto';
import { knownBrowserDays } from '../../../db/admins/known-browsers.ts';
import type { ApiContext } from '../../context.ts';

interface TokenCookie {
  name: string;
  maxAgeMs: number;
}

/** Lives as long as a session can; the server ends an idle session sooner. */
const session: TokenCookie = { name: 'tallyflow_session', maxAgeMs: 7 * 86_400_000 };
/** Shows that a user has signed in with this browser before. It does not sign anyone in. */
const browser: TokenCookie = {
  name: 'tallyflow_browser',
  maxAgeMs: knownBrowserDays * 86_400_000,
};

/** 256 random bits: what a cookie holds, and the CSRF token. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** Tokens are stored hashed, so that a copy of the database signs nobody in. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const readSessionToken = (ctx: ApiContext): string | undefined => read(ctx, session);
export const writeSessionToken = (ctx: ApiContext, token: string | null): void =>
  write(ctx, session, token);

/**
 * The hash by which the database knows the browser. Null for a browser without the cookie, and for text that is not a
 * token, so that the database is not asked for it.
 */
export function readBrowserHash(ctx: ApiContext): Buffer | null {
  const token = read(ctx, browser);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? hashToken(token) : null;
}

export const writeBrowserToken = (ctx: ApiContext, token: string | null): void =>
  write(ctx, browser, token);

/** Browsers accept a cookie of this name only by https and from this host, not from other hosts of its domain. */
const secureName = ({ name }: TokenCookie): string => `__Host-${name}`;

const read = (ctx: ApiContext, cookie: TokenCookie): string | undefined =>
  ctx.cookies.get(cameByHttps(ctx) ? secureName(cookie) : cookie.name);

/** Scripts cannot read the cookie, and other sites cannot send it. */
function write(ctx: ApiContext, cookie: TokenCookie, token: string | null): void {
  const secure = cameByHttps(ctx);
  // The library's own check of the connection does not know of a proxy in front.
  ctx.cookies.secure = secure;
  ctx.cookies.set(secure ? secureName(cookie) : cookie.name, token, {
    httpOnly: true,
    sameSite: 'strict',
    secure,
    overwrite: true,
    ...(token !== null && { maxAge: cookie.maxAgeMs }),
  });
}

/**
 * Whether the request came by https, to this process or to a proxy that says so. A client that lies in the header
 * only keeps its own cookie from plain http, so it does not matter who sent the header.
 */
const cameByHttps = (ctx: ApiContext): boolean =>
  ctx.secure || ctx.get('x-forwarded-proto').split(',')[0]?.trim() === 'https';
