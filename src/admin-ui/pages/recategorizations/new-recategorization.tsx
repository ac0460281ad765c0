import type { HttpError } from '@refinedev/core';
import { Alert, Button, Checkbox, DatePicker, Drawer, Flex, Form, Input, Radio } from 'antd';
import type { Dayjs } from 'dayjs';
import type { RecategorizationScope } from '../../../domain/recategorization.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { useApplyToHistory } from '../../hooks/use-apply-to-history.ts';

interface Values {
  scope: RecategorizationScope;
  account_id?: string;
  category_id?: number;
  start_date?: Dayjs | null;
  end_date?: Dayjs | null;
  include_manual: boolean;
}

interface NewRecategorizationProps {
  isOpen: boolean;
  onClose: () => void;
}

/** Asks for which transactions the categorizers decide again. */
export function NewRecategorization({ isOpen, onClose }: NewRecategorizationProps) {
  const [form] = Form.useForm<Values>();
  const { apply, isPending } = useApplyToHistory();
  const scope = Form.useWatch('scope', form);
  const includesManual = Form.useWatch('include_manual', form);

  async function start(values: Values): Promise<void> {
    try {
      await apply({
        ...values,
        account_id: values.account_id?.trim() || null,
        category_id: values.category_id ?? null,
        start_date: values.start_date?.format('YYYY-MM-DD') ?? null,
        end_date: values.end_date?.format('YYYY-MM-DD') ?? null,
      });
      onClose();
    } catch (error) {
      showFieldErrors(form, error as HttpError);
    }
  }

  return (
    <Drawer
      open={isOpen}
      title="Let the categorizers decide again"
      width="min(480px, 100vw)"
      onClose={onClose}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        preserve={false}
        name="recategorization"
        layout="vertical"
        requiredMark={false}
        initialValues={{ scope: 'all', include_manual: false }}
        onFinish={start}
      >
        <Form.Item name="scope" label="Transactions">
          <Radio.Group
            options={[
              { value: 'all', label: 'All' },
              { value: 'uncategorized', label: 'Only uncategorized' },
            ]}
            style={{ display: 'flex', flexDirection: 'column', gap: 8 }}
          />
        </Form.Item>
        {scope === 'all' && (
          <Form.Item
            name="category_id"
            label="Current category"
            extra="Leave empty for any category."
          >
            <CategorySelect allowClear />
          </Form.Item>
        )}
        <Form.Item name="account_id" label="Account" extra="Leave empty for all accounts.">
          <Input autoComplete="off" />
        </Form.Item>
        <Flex gap={16}>
          <Form.Item name="start_date" label="From" style={{ flex: 1 }}>
            <DatePicker style={{ width: '100%' }} placeholder="Any" />
          </Form.Item>
          <Form.Item name="end_date" label="To" style={{ flex: 1 }}>
            <DatePicker style={{ width: '100%' }} placeholder="Any" />
          </Form.Item>
        </Flex>
        <Form.Item name="include_manual" valuePropName="checked">
          <Checkbox>Also replace categories set by hand</Checkbox>
        </Form.Item>
        {includesManual && (
          <Alert
            type="warning"
            showIcon
            style={{ marginBottom: 24 }}
            message="You will lose the categories set by hand in these transactions."
          />
        )}
        <Button type="primary" htmlType="submit" loading={isPending} danger={includesManual}>
          Apply to history
        </Button>
      </Form>
    </Drawer>
  );
}
