/** Ten-thousandths, the smallest unit that numeric(19,4) holds. */
const unitsPerWhole = 10_000n;

/** Exact sums of decimals with at most four places, outside the database. */
export function addAmounts(amounts: Iterable<string>): string {
  let units = 0n;
  for (const amount of amounts) units += toUnits(amount);
  const sign = units < 0n ? '-' : '';
  const size = units < 0n ? -units : units;
  return `${sign}${size / unitsPerWhole}.${String(size % unitsPerWhole).padStart(4, '0')}`;
}

function toUnits(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const size = BigInt(whole) * unitsPerWhole + BigInt(fraction.padEnd(4, '0'));
  return amount.startsWith('-') ? -size : size;
}
