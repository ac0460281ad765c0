/** A key is live until it is revoked or expires. */
export const apiKeyStatuses = ['live', 'expired', 'revoked'] as const;

export type ApiKeyStatus = (typeof apiKeyStatuses)[number];
