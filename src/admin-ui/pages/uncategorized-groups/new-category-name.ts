const prefix = 'new:';

/** Encodes a new category's name as a value of a select whose other values are ids. */
export const newCategoryName = {
  write: (name: string): string => prefix + name,
  read: (value: string): string | null =>
    value.startsWith(prefix) ? value.slice(prefix.length) : null,
};
