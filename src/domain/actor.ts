/** Who did something, as the audit log keeps it. */
export interface Actor {
  type: 'user' | 'api_key' | 'system';
  /** Null for the system. */
  id: number | null;
  name: string;
  /** Of the request that did it. */
  requestId: string | null;
}

/** A user as everybody may read of them: never by the e-mail address, also where that is their name. */
export const publicUserName = (user: { id: number; name: string }): string =>
  user.name.includes('@') ? `User ${user.id}` : user.name;
