/** For a FROM clause: the rows, as `t`, of batches that are not in the totals yet, found by the batches' blocks of ids. */
export const transactionsNotRolledUp = `batches AS b JOIN transactions AS t ON NOT b.is_in_totals
  AND t.id >= b.first_transaction_id AND t.id <= b.last_transaction_id AND t.batch_id = b.id`;
