import { pluralize } from '../../format/format-count.ts';

interface Learned {
  labelled_row_count: number | null;
  merchant_count: number | null;
}

/** What a training learned from; nothing while that is unknown. */
export const learnedFrom = ({ labelled_row_count, merchant_count }: Learned): string | null =>
  labelled_row_count === null
    ? null
    : `${pluralize(labelled_row_count, 'transaction')} of ${pluralize(merchant_count ?? 0, 'merchant')}`;
