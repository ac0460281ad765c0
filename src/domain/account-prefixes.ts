/**
 * The prefixes of account ids that a key is bound to, in the form that `mayUseAccount` takes: in the order of
 * their code units, without those that begin with another prefix and therefore add nothing.
 */
export function sortPrefixes(prefixes: readonly string[]): string[] {
  const kept: string[] = [];
  // In this order a prefix stands before all that begin with it.
  for (const prefix of prefixes.toSorted(byCodeUnits)) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}

/**
 * Whether an account's id begins with one of the sorted prefixes, letter by letter; no prefixes allow every account.
 * Runs for each row of a batch, so it compares only one prefix: the last one that does not sort after the id.
 */
export function mayUseAccount(sortedPrefixes: readonly string[], accountId: string): boolean {
  if (sortedPrefixes.length === 0) return true;
  let low = 0;
  let high = sortedPrefixes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sortedPrefixes[middle] as string) <= accountId) low = middle + 1;
    else high = middle;
  }
  return low > 0 && accountId.startsWith(sortedPrefixes[low - 1] as string);
}

const byCodeUnits = (one: string, other: string): number =>
  one < other ? -1 : one > other ? 1 : 0;
