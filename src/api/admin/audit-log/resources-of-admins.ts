/**
 * What only admins see is not told by its history either: addresses of users, and what keys there are. Nor is
 * what somebody has exported, which says what they look for.
 */
export const resourcesOfAdmins = ['users', 'api-keys', 'exports'];
