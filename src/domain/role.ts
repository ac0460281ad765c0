/** What a user of the console may do; each role may also do what those before it may. */
export const roles = ['viewer', 'editor', 'admin'] as const;

/** viewer: read. editor: also categories, patterns and what is set by hand. admin: also users, API keys and the system. */
export type Role = (typeof roles)[number];

export const mayActAs = (role: Role, needed: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(needed);
