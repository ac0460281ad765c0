const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id of a request where other systems may see it: one that the API made, or a UUID as well. Any other that a client
 * sent may be an e-mail address or the id of an account, and stays.
 */
export const sendableRequestId = (id: string | undefined): string | undefined =>
  id !== undefined && uuid.test(id) ? id : undefined;
