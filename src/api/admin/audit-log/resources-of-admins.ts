/** What only admins see is not told by its history either: addresses of users, and what keys there are. */
export const resourcesOfAdmins = ['users', 'api-keys'];
