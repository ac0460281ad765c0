import { formatAmount } from '../format/format-amount.ts';

interface MoneyProps {
  /** The exact decimal string of the API. */
  amount: string;
  currency: string;
}

export function Money({ amount, currency }: MoneyProps) {
  return (
    <span className="numeric">
      {formatAmount(amount, currency)}{' '}
      <span style={{ color: 'var(--ant-color-text-secondary)' }}>{currency}</span>
    </span>
  );
}
