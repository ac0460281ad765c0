/** The actor of an entry in the audit log. */
export interface Actor {
  type: 'user' | 'api_key' | 'system';
  /** Null for the system. */
  id: number | null;
  name: string;
  /** Identifies the request. */
  requestId: string | null;
}

/** A user's name that everybody may read, which is never an e-mail address, even if the user gave one as their name. */
export const publicUserName = (user: { id: number; name: string }): string =>
  user.name.includes('@') ? `User ${user.id}` : user.name;
