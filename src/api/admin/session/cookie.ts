import { createHash, randomBytes } from 'node:crypto';
import { knownBrowserDays } from '../../../db/admins/known-browsers.ts';
import type { ApiContext } from '../../context.ts';

interface TokenCookie {
  name: string;
  maxAgeMs: number;
}

/** As long as a session may live; the server ends it sooner when nothing happens. */
const session: TokenCookie = { name: 'tallyflow_session', maxAgeMs: 7 * 86_400_000 };
/** Tells that somebody has signed in with this browser before; lets nobody in. */
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

/** Undefined also for what is none of ours, which the database need not be asked for. */
export function readBrowserToken(ctx: ApiContext): string | undefined {
  const token = read(ctx, browser);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
}
/** The hash by which the database knows the browser; null for a browser without the cookie. */
export function readBrowserHash(ctx: ApiContext): Buffer | null {
  const token = readBrowserToken(ctx);
  return token === undefined ? null : hashToken(token);
}
export const writeBrowserToken = (ctx: ApiContext, token: string | null): void =>
  write(ctx, browser, token);

/** Browsers take a cookie of this name only by https, for this very host, and from nobody else below its domain. */
const secureName = ({ name }: TokenCookie): string => `__Host-${name}`;

const read = (ctx: ApiContext, cookie: TokenCookie): string | undefined =>
  ctx.cookies.get(cameByHttps(ctx) ? secureName(cookie) : cookie.name);

/** Out of reach of scripts, and not sent along by other sites. */
function write(ctx: ApiContext, cookie: TokenCookie, token: string | null): void {
  const secure = cameByHttps(ctx);
  // The cookie's own check of the connection doesn't know of a proxy before it.
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
 * By itself, or to a proxy that says so. Whoever lies about it has the browser keep a cookie of theirs
 * from plain http, which harms nobody, so it doesn't matter who sent the header.
 */
const cameByHttps = (ctx: ApiContext): boolean =>
  ctx.secure || ctx.get('x-forwarded-proto').split(',')[0]?.trim() === 'https';
