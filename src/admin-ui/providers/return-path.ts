/** Of the sign-in's address. Not `to`, which Refine would follow wherever it leads. */
const parameter = 'from';

/** Paths are those of the console, without /admin. */
export const signInFrom = (path: string): string =>
  path === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams([[parameter, path]])}`;

/** Where to go after the sign-in: a path of the console. Anything else would lead away from it. */
export function returnPath(query: URLSearchParams): string {
  const to = query.get(parameter);
  return to !== null && /^\/(?![/\\])/.test(to) ? to : '/';
}
