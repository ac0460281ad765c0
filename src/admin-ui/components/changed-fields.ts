export interface ChangedField {
  field: string;
  before: unknown;
  after: unknown;
}

/** Says nothing that the time of the entry doesn't. */
const unsaid = 'updated_at';

/** The fields that differ between a thing before and after; all that it has where it is new or gone. */
export function changedFields(before: unknown, after: unknown): ChangedField[] {
  const was = fieldsOf(before);
  const is = fieldsOf(after);
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => field !== unsaid)
    .map((field) => ({ field, before: was[field], after: is[field] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : value === null || value === undefined
      ? {}
      : { value };

/** A value as one reads it. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(partText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Of a list, such as `Groceries: bakery` for a pattern with its category. */
const partText = (part: unknown): string =>
  typeof part === 'object' && part !== null
    ? Object.values(part).map(valueText).join(': ')
    : valueText(part);
