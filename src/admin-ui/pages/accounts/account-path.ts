/** Ids are arbitrary text: slashes and percent signs in them are no parts of the address. */
export const accountPath = (id: string): string => `/accounts/${encodeURIComponent(id)}`;

/**
 * The id in the address of an account; null where there is none. Read from the path itself: the
 * router takes "%2F" within an id for a slash.
 */
export function accountIdOf(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname.replace(/^\/accounts\//, ''));
  } catch {
    return null;
  }
}
