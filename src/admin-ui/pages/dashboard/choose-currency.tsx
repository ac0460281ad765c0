import { Segmented } from 'antd';
import { useState } from 'react';
import { currenciesOf } from './currencies-of.ts';

/** One currency at a time: sums of different ones mean nothing. */
export function useCurrency(entries: Parameters<typeof currenciesOf>[0]) {
  const currencies = currenciesOf(entries);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = currencies.find((known) => known === chosen) ?? currencies[0];
  return { currencies, currency, setCurrency: setChosen };
}

interface ChooseCurrencyProps extends ReturnType<typeof useCurrency> {
  label: string;
}

/** Nothing where there is no choice. */
export function ChooseCurrency({ label, currencies, currency, setCurrency }: ChooseCurrencyProps) {
  if (currency === undefined || currencies.length < 2) return null;
  return (
    <Segmented
      aria-label={label}
      options={currencies}
      value={currency}
      onChange={setCurrency}
      style={{ alignSelf: 'start', maxWidth: '100%', overflow: 'auto' }}
    />
  );
}
