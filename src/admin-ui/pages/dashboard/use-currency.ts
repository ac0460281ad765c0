import { useState } from 'react';

interface Entry {
  currency: string;
  transaction_count: number;
}

/** One currency at a time, since sums of different ones mean nothing; first the one with most transactions. */
export function useCurrency(entries: readonly Entry[]) {
  const [chosen, onChange] = useState<string | null>(null);
  const counts = new Map<string, number>();
  for (const { currency, transaction_count } of entries)
    counts.set(currency, (counts.get(currency) ?? 0) + transaction_count);
  const currencies = [...counts].sort((a, b) => b[1] - a[1]).map(([currency]) => currency);
  const currency = currencies.find((known) => known === chosen) ?? currencies[0];
  return { currencies, currency, onChange };
}
