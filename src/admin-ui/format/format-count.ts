const number = new Intl.NumberFormat();

export const formatCount = (count: number): string => number.format(count);

/** A count with its noun, such as `1 pattern` and `1,200 patterns`. */
export const pluralize = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
