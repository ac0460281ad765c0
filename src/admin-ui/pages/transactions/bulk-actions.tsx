import { useUpdateMany } from '@refinedev/core';
import { Button, Card, Flex, Typography } from 'antd';
import { useState } from 'react';
import type { AdminTransactionBody } from '../../../api/admin/transactions/schema.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { pluralize } from '../../format/format-count.ts';
import { useCategories } from '../../hooks/use-categories.ts';
import { done, notDone } from '../../providers/messages.ts';

interface BulkActionsProps {
  ids: number[];
  /** Ends the selection. */
  onClear: () => void;
}

/** The actions on all selected transactions. The list shows them before the API has answered. */
export function BulkActions({ ids, onClear }: BulkActionsProps) {
  const [categoryId, setCategoryId] = useState<number | null>(null);
  const { categories } = useCategories();
  const { mutate, mutation } = useUpdateMany<AdminTransactionBody>();
  const rows = pluralize(ids.length, 'transaction');

  function setCategory(id: number | null) {
    const category = categories.find((one) => one.id === id)?.name ?? null;
    change('bulk-set-category', `Category of ${rows} set`, { category_id: id }, (row) => ({
      ...row,
      category_id: id,
      category,
      category_source: 'manual',
      category_confidence: null,
      needs_review: false,
    }));
  }

  function change(
    action: string,
    message: string,
    values: { category_id?: number | null },
    expect: (row: AdminTransactionBody) => AdminTransactionBody,
  ) {
    mutate(
      {
        resource: 'transactions',
        ids,
        values,
        meta: { action },
        mutationMode: 'optimistic',
        optimisticUpdateMap: {
          list: (previous, _, changed) => ({
            ...previous,
            total: previous?.total ?? 0,
            data: (previous?.data ?? []).map((row) =>
              changed.includes(row.id as number) ? expect(row as AdminTransactionBody) : row,
            ),
          }),
          many: false,
          detail: false,
        },
        successNotification: done(message),
        errorNotification: notDone(`Could not change ${rows}`),
      },
      { onSuccess: onClear },
    );
  }

  return (
    <Card
      size="small"
      role="region"
      aria-label="Selected transactions"
      style={{ position: 'sticky', top: 8, zIndex: 3, marginBottom: 12 }}
    >
      <Flex wrap gap={8} align="center">
        <Typography.Text strong>{rows} selected</Typography.Text>
        <CategorySelect
          aria-label="Category for the selection"
          style={{ width: 200 }}
          value={categoryId}
          onChange={setCategoryId}
        />
        <Button
          type="primary"
          disabled={categoryId === null}
          loading={mutation.isPending}
          onClick={() => setCategory(categoryId)}
        >
          Set category
        </Button>
        <Button disabled={mutation.isPending} onClick={() => setCategory(null)}>
          Set to uncategorized
        </Button>
        <Button
          disabled={mutation.isPending}
          title="Removes the category set by hand and lets the categorizers decide again"
          onClick={() =>
            change('bulk-clear-manual', `${rows} reset to automatic`, {}, (row) => row)
          }
        >
          Reset to automatic
        </Button>
        <Button type="text" onClick={onClear}>
          Clear selection
        </Button>
      </Flex>
    </Card>
  );
}
