/** Upper bounds of the size classes by which metrics tell batches apart. */
const upperBounds = [1_000, 10_000, 100_000];

/** The label of batches with more rows than the last bound. */
const moreRows = 'more';

export const rowClasses = [...upperBounds.map(String), moreRows];

/** The size class of a batch, as a label of metrics: the least upper bound of its rows. */
export const rowClass = (rowCount: number): string =>
  String(upperBounds.find((bound) => rowCount <= bound) ?? moreRows);
