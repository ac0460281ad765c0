import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import { Button, Drawer, Flex, Form, Radio, Typography } from 'antd';
import { useState } from 'react';
import type { ApiKeyBody, CreatedApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { defaultOverlapSeconds, maxOverlapSeconds } from '../../../domain/limits.ts';
import { DateTime } from '../../components/date-time.tsx';
import { done, notDone } from '../../providers/messages.ts';
import { CreatedKey } from './created-key.tsx';

interface Values {
  overlap_seconds: number;
}

const overlaps = [
  { value: 0, label: 'It stops working immediately' },
  { value: 3_600, label: 'One hour' },
  { value: defaultOverlapSeconds, label: 'One day' },
  { value: 7 * defaultOverlapSeconds, label: 'One week' },
  { value: maxOverlapSeconds, label: '30 days' },
];

interface RotateApiKeyProps {
  apiKey: ApiKeyBody;
  isOpen: boolean;
  onClose: () => void;
}

/** Creates a successor of a key, and shows it this once. */
export function RotateApiKey({ apiKey, isOpen, onClose }: RotateApiKeyProps) {
  const invalidate = useInvalidate();
  const { mutate, mutation } = useCustomMutation<CreatedApiKeyBody, HttpError, Values>();
  const [successor, setSuccessor] = useState<CreatedApiKeyBody | null>(null);
  const [endsAt, setEndsAt] = useState<string | null>(null);

  function rotate(values: Values) {
    mutate(
      {
        url: `api-keys/${apiKey.id}/rotate`,
        method: 'post',
        values,
        successNotification: done(`“${apiKey.name}” rotated`),
        errorNotification: notDone('Could not rotate the key'),
      },
      {
        onSuccess: ({ data }) => {
          setSuccessor(data);
          setEndsAt(endOf(apiKey, values.overlap_seconds));
          void invalidate({ resource: 'api-keys', invalidates: ['list'] });
        },
      },
    );
  }

  return (
    <Drawer
      open={isOpen}
      title={`Rotate ${apiKey.name}`}
      width="min(440px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      // A click outside must not close a key, which is shown only once.
      maskClosable={successor === null}
      afterOpenChange={(isShown) => !isShown && setSuccessor(null)}
    >
      {successor === null ? (
        <Form<Values>
          layout="vertical"
          requiredMark={false}
          initialValues={{ overlap_seconds: defaultOverlapSeconds }}
          onFinish={rotate}
        >
          <Typography.Paragraph>
            This creates a successor with the same name, scopes and accounts, and with access to the
            same batches. Give it to the system while both keys are valid.
          </Typography.Paragraph>
          {apiKey.rotated_to !== null && (
            <Typography.Paragraph type="secondary">
              This key was rotated before. Its first successor stays valid until you revoke it.
            </Typography.Paragraph>
          )}
          <Form.Item name="overlap_seconds" label="How long this key stays valid">
            <Radio.Group>
              <Flex vertical gap={8}>
                {overlaps.map(({ value, label }) => (
                  <Radio key={value} value={value}>
                    {label}
                  </Radio>
                ))}
              </Flex>
            </Radio.Group>
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={mutation.isPending}>
            Rotate
          </Button>
        </Form>
      ) : (
        <CreatedKey apiKey={successor.key} onClose={onClose}>
          The old key stops working at <DateTime value={endsAt} />.
        </CreatedKey>
      )}
    </Drawer>
  );
}

/** A key ends after the overlap, or when it expires anyway. */
function endOf({ expires_at }: ApiKeyBody, overlapSeconds: number): string {
  const end = new Date(Date.now() + overlapSeconds * 1_000).toISOString();
  return expires_at !== null && expires_at < end ? expires_at : end;
}
