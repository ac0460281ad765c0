import { createHash, randomBytes } from 'node:crypto';
import type { ApiContext } from '../../context.ts';

const name = 'tallyflow_session';
/** Browsers take a cookie of this name only by https, for this very host, and from nobody else below its domain. */
const secureName = `__Host-${name}`;
/** As long as a session may live; the server ends it sooner when nothing happens. */
const maxAgeMs = 7 * 86_400_000;

/** 256 random bits: what the cookie holds, and the CSRF token. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** Tokens are stored hashed, so that a copy of the database signs nobody in. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const readSessionToken = (ctx: ApiContext): string | undefined =>
  ctx.cookies.get(cameByHttps(ctx) ? secureName : name);

/** Out of reach of scripts, and not sent along by other sites. */
export function writeSessionToken(ctx: ApiContext, token: string | null): void {
  const secure = cameByHttps(ctx);
  // The cookie's own check of the connection doesn't know of a proxy before it.
  ctx.cookies.secure = secure;
  ctx.cookies.set(secure ? secureName : name, token, {
    httpOnly: true,
    sameSite: 'strict',
    secure,
    overwrite: true,
    ...(token !== null && { maxAge: maxAgeMs }),
  });
}

/**
 * By itself, or to a proxy that says so. Whoever lies about it has the browser keep a cookie of theirs
 * from plain http, which harms nobody, so it doesn't matter who sent the header.
 */
const cameByHttps = (ctx: ApiContext): boolean =>
  ctx.secure || ctx.get('x-forwarded-proto').split(',')[0]?.trim() === 'https';
