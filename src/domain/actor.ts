/** Who did something, as the audit log keeps it. */
export interface Actor {
  type: 'user' | 'api_key' | 'system';
  /** Null for the system. */
  id: number | null;
  name: string;
  /** Of the request that did it. */
  requestId: string | null;
}
