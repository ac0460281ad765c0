import { Checkbox, Form } from 'antd';

/** Whether a user may download data as files. Every export is in the audit log. */
export function MayExport() {
  return (
    <Form.Item
      name="may_export"
      valuePropName="checked"
      extra="Transactions, categories and account overviews. Each export is in the audit log."
    >
      <Checkbox>May export data as files</Checkbox>
    </Form.Item>
  );
}
