/** Stands in every text of the recorded rows, so that a history which holds any of them gives itself away. */
export const rowText = 'Sesame Bakery';
