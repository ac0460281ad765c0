/** The parameter is not called `to`, since Refine would follow that to any address. */
const parameter = 'from';

/** Paths are those of the console, without /admin. */
export const signInFrom = (path: string): string =>
  path === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams([[parameter, path]])}`;

/** Where to go after signing in. Only paths of the console count; anything else could lead to another site. */
export function returnPath(query: URLSearchParams): string {
  const to = query.get(parameter);
  return to !== null && /^\/(?![/\\])/.test(to) ? to : '/';
}
