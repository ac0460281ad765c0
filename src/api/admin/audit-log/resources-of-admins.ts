/**
 * Resources whose history only admins see, because only they see the resources: users with their addresses, and
 * API keys. Exports are among them, since their filters show what somebody looks for.
 */
export const resourcesOfAdmins = ['users', 'api-keys', 'exports'];
