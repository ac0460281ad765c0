import { useCustom } from '@refinedev/core';
import { Button, Flex, Form, InputNumber, Modal, Spin, Typography } from 'antd';
import { useState } from 'react';
import type { AcceptAllPreviewBody } from '../../../api/admin/suggestions/schema.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { formatCount, pluralize } from '../../format/format-count.ts';
import { formatPercent } from '../../format/format-percent.ts';
import { useCategories } from '../../hooks/use-categories.ts';
import { useDebounced } from '../../hooks/use-debounced.ts';

/** Waits for the last key. */
const pauseMs = 400;
const defaultPercent = 95;
const shownExamples = 5;

interface AcceptAllProps {
  /** Accepts them; true once they are being set. */
  onAccept: (minConfidence: number) => Promise<boolean>;
}

/** Accepts all suggestions that are sure enough, after showing which. */
export function AcceptAll({ onAccept }: AcceptAllProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [percent, setPercent] = useState(defaultPercent);
  const [isAccepting, setIsAccepting] = useState(false);
  const settled = useDebounced(percent, pauseMs);
  const { result, query } = useCustom<AcceptAllPreviewBody>({
    url: 'suggestions/accept-all',
    method: 'post',
    config: { payload: { min_confidence: shareOf(settled), dry_run: true } },
    queryOptions: { enabled: isOpen, queryKey: ['accept-all', settled], gcTime: 0 },
    errorNotification: false,
  });
  const isBehind = settled !== percent || query.isFetching;
  const preview = query.data === undefined ? undefined : result.data;

  async function accept(): Promise<void> {
    setIsAccepting(true);
    if (await onAccept(shareOf(percent))) setIsOpen(false);
    setIsAccepting(false);
  }

  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Accept all at {defaultPercent}% or more</Button>
      <Modal
        open={isOpen}
        title="Accept all sure suggestions"
        okText={
          preview === undefined
            ? 'Accept'
            : `Accept ${pluralize(preview.group_count, 'suggestion')}`
        }
        okButtonProps={{ disabled: isBehind || !preview?.group_count }}
        confirmLoading={isAccepting}
        onOk={() => void accept()}
        onCancel={() => setIsOpen(false)}
        destroyOnHidden
      >
        <Form layout="vertical" name="accept-all">
          <Form.Item label="Confidence of at least" htmlFor="accept-all-percent">
            <InputNumber<number>
              id="accept-all-percent"
              autoFocus
              min={50}
              max={100}
              precision={1}
              addonAfter="%"
              style={{ width: 140 }}
              value={percent}
              onChange={(value) => setPercent(value ?? defaultPercent)}
            />
          </Form.Item>
        </Form>
        <section aria-label="Preview" aria-busy={isBehind} style={{ minHeight: 88 }}>
          <Flex gap={8} align="center" style={{ marginBottom: 4 }}>
            <Typography.Text strong>What would be set</Typography.Text>
            {isBehind && <Spin size="small" />}
          </Flex>
          {query.error !== null ? (
            <Typography.Text type="secondary">
              Could not load the preview. {query.error.message}
            </Typography.Text>
          ) : (
            preview !== undefined && <Preview preview={preview} share={shareOf(settled)} />
          )}
        </section>
      </Modal>
    </>
  );
}

/** A percentage with at most one decimal as a share. */
const shareOf = (percent: number): number => Math.round(percent * 10) / 1_000;

function Preview({ preview, share }: { preview: AcceptAllPreviewBody; share: number }) {
  const { colorOf } = useCategories();
  if (preview.group_count === 0)
    return (
      <Typography.Text type="secondary">
        No suggestion has a confidence of {formatPercent(share)} or more.
      </Typography.Text>
    );
  return (
    <Flex vertical gap={8}>
      <Typography.Text type="secondary">
        {pluralize(preview.transaction_count, 'transaction')} of{' '}
        {pluralize(preview.group_count, 'merchant')} would count as set by hand. You can undo it.
      </Typography.Text>
      <ul className="plain-list" style={{ maxHeight: 260, overflow: 'auto' }}>
        {preview.categories.map(({ category_id, category, group_count, transaction_count }) => (
          <li key={category_id} style={{ padding: '3px 0' }}>
            <Flex justify="space-between" gap={12}>
              <CategoryMark id={category_id} name={category} color={colorOf(category_id)} />
              <span className="numeric">
                {formatCount(transaction_count)} of {pluralize(group_count, 'merchant')}
              </span>
            </Flex>
          </li>
        ))}
      </ul>
      <Typography.Text type="secondary" style={{ overflowWrap: 'anywhere' }}>
        The largest are {preview.examples.slice(0, shownExamples).map(exampleText).join(', ')}.
      </Typography.Text>
    </Flex>
  );
}

const exampleText = ({ name, category }: AcceptAllPreviewBody['examples'][number]): string =>
  `${name} → ${category}`;
