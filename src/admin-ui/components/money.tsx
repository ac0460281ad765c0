interface MoneyProps {
  /** The exact decimal of the API, shown as it is. */
  amount: string;
  currency: string;
}

export function Money({ amount, currency }: MoneyProps) {
  return (
    <span className="numeric">
      {amount} <span style={{ color: 'var(--ant-color-text-secondary)' }}>{currency}</span>
    </span>
  );
}
