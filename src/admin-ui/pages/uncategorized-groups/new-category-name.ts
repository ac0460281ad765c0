const prefix = 'new:';

/** A category that is still to be made, among the ids of those that are there. */
export const newCategoryName = {
  write: (name: string): string => prefix + name,
  read: (value: string): string | null =>
    value.startsWith(prefix) ? value.slice(prefix.length) : null,
};
