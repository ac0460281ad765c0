interface Counted {
  currency: string;
  transaction_count: number;
}

/** The currencies of these, the one with most transactions first. */
export function currenciesOf(entries: readonly Counted[]): string[] {
  const counts = new Map<string, number>();
  for (const { currency, transaction_count } of entries)
    counts.set(currency, (counts.get(currency) ?? 0) + transaction_count);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([currency]) => currency);
}
