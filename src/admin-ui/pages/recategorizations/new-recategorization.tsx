import type { HttpError } from '@refinedev/core';
import { Alert, Button, Checkbox, DatePicker, Drawer, Form, Input, Radio } from 'antd';
import type { Dayjs } from 'dayjs';
import type { RecategorizationScope } from '../../../domain/recategorization.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { useApplyToHistory } from '../../components/use-apply-to-history.ts';

interface Values {
  scope: RecategorizationScope;
  account_id?: string;
  category_id?: number;
  dates?: [Dayjs | null, Dayjs | null];
  include_manual: boolean;
}

interface NewRecategorizationProps {
  isOpen: boolean;
  onClose: () => void;
}

/** Which transactions the patterns are to be applied to. */
export function NewRecategorization({ isOpen, onClose }: NewRecategorizationProps) {
  const [form] = Form.useForm<Values>();
  const { apply, isPending } = useApplyToHistory();
  const scope = Form.useWatch('scope', form);
  const includesManual = Form.useWatch('include_manual', form);

  async function start({ dates, account_id, category_id, ...rest }: Values): Promise<void> {
    try {
      await apply({
        ...rest,
        account_id: account_id?.trim() || null,
        category_id: rest.scope === 'all' ? (category_id ?? null) : null,
        start_date: dates?.[0]?.format('YYYY-MM-DD') ?? null,
        end_date: dates?.[1]?.format('YYYY-MM-DD') ?? null,
      });
      onClose();
    } catch (error) {
      showFieldErrors(form, error as HttpError);
    }
  }

  return (
    <Drawer
      open={isOpen}
      title="Apply the patterns to history"
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
              { value: 'uncategorized', label: 'Only those without a category' },
            ]}
            style={{ display: 'flex', flexDirection: 'column', gap: 8 }}
          />
        </Form.Item>
        {scope === 'all' && (
          <Form.Item name="category_id" label="That now are in" extra="Any category when empty.">
            <CategorySelect allowClear />
          </Form.Item>
        )}
        <Form.Item name="account_id" label="Of the account" extra="All accounts when empty.">
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="dates"
          label="Dated"
          extra="From and to, both inclusive; any day when empty."
        >
          <DatePicker.RangePicker allowEmpty={[true, true]} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="include_manual" valuePropName="checked">
          <Checkbox>Decide anew what was set by hand as well</Checkbox>
        </Form.Item>
        {includesManual && (
          <Alert
            type="warning"
            showIcon
            style={{ marginBottom: 24 }}
            message="What people have set by hand in these transactions is lost."
          />
        )}
        <Button type="primary" htmlType="submit" loading={isPending} danger={includesManual}>
          Apply to history
        </Button>
      </Form>
    </Drawer>
  );
}
