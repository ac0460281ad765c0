/** Ids are arbitrary text, so slashes and percent signs in them are encoded. */
export const accountPath = (id: string): string => `/accounts/${encodeURIComponent(id)}`;

/**
 * The id in the address of an account; null when it is not valid. Reads the path itself, since the
 * router takes "%2F" in an id for a slash.

 */
export function accountIdOf(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname.replace(/^\/accounts\//, ''));
  } catch {
    return null;
  }
}
