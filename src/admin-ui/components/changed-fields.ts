export interface ChangedField {
  field: string;
  before: unknown;
  after: unknown;
}

/** Changes with every entry, which shows its own time. */
const ignoredField = 'updated_at';

/** The fields that differ between two states of a thing; all of its fields when it was created or deleted. */
export function changedFields(before: unknown, after: unknown): ChangedField[] {
  const was = fieldsOf(before);
  const is = fieldsOf(after);
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => field !== ignoredField)
    .map((field) => ({ field, before: was[field], after: is[field] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : value === null || value === undefined
      ? {}
      : { value };

/** A value as a readable text. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(partText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** An item of a list, such as `Groceries: bakery` for a pattern with its category. */
const partText = (part: unknown): string =>
  typeof part === 'object' && part !== null
    ? Object.values(part).map(valueText).join(': ')
    : valueText(part);
