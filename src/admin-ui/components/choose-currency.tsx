import { Segmented } from 'antd';

interface ChooseCurrencyProps {
  label: string;
  currencies: string[];
  currency: string;
  onChange: (currency: string) => void;
}

/** Selects a currency, and shows nothing when there is only one. */
export function ChooseCurrency({ label, currencies, currency, onChange }: ChooseCurrencyProps) {
  if (currencies.length < 2) return null;
  return (
    <Segmented
      aria-label={label}
      options={currencies}
      value={currency}
      onChange={onChange}
      style={{ alignSelf: 'start', maxWidth: '100%', overflow: 'auto' }}
    />
  );
}
