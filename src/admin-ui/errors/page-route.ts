/** Pages of the console that are no resources. */
const ownPages = ['sign-in', 'accept-invitation'];

/** The first parts of addresses below this can't be told from ids. */
const unknown = ':unknown';

/** A path without what it names, such as an account: `/accounts/:id` for `/accounts/12345`. */
export function pageRoute(path: string, resourcePaths: readonly string[]): string {
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '');
  const isKnown = resourcePaths.includes(first) || ownPages.includes(first);
  return `/${isKnown ? first : first === '' ? '' : unknown}${rest.length > 0 ? '/:id' : ''}`;
}
