import { PlusOutlined } from '@ant-design/icons';
import { useTable } from '@refinedev/antd';
import { type HttpError, useCreate, useUpdate } from '@refinedev/core';
import { Button, Card, Form, type FormInstance, Input, InputNumber, Space, Typography } from 'antd';
import { useState } from 'react';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import type { MatchMode } from '../../../domain/pattern-set.ts';
import { DeletePattern } from '../../components/delete-pattern.tsx';
import { ListTable } from '../../components/lists/list-table.tsx';
import { MatchModeSelect } from '../../components/match-mode-select.tsx';
import { PatternPreview } from '../../components/pattern-preview.tsx';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { EmptyState } from '../../components/states.tsx';
import { done, notDoneInForm } from '../../providers/messages.ts';

interface Values {
  pattern: string;
  priority: number;
  match_mode: MatchMode;
}

interface InlinePatternsProps {
  categoryId: number;
  mayChange: boolean;
}

const resource = 'category-patterns';

/** A category's patterns, each edited in place. */
export function InlinePatterns({ categoryId, mayChange }: InlinePatternsProps) {
  const [editedId, setEditedId] = useState<number | null>(null);
  const table = useTable<CategoryPatternBody>({
    resource,
    syncWithLocation: false,
    pagination: { pageSize: 50 },
    sorters: {
      initial: [
        { field: 'priority', order: 'desc' },
        { field: 'pattern', order: 'asc' },
      ],
    },
    filters: { permanent: [{ field: 'category_id', operator: 'eq', value: categoryId }] },
    errorNotification: false,
  });

  return (
    <section aria-label="Patterns">
      <Typography.Title level={2} style={{ fontSize: 17, marginTop: 8 }}>
        Patterns
      </Typography.Title>
      {mayChange && <NewPattern categoryId={categoryId} />}
      <ListTable<CategoryPatternBody>
        {...table.tableProps}
        label="Patterns"
        query={table.tableQuery}
        showHeader={false}
        empty={
          <EmptyState
            title="No patterns yet"
            detail="A transaction whose merchant or description contains a pattern gets this category."
          />
        }
        columns={[
          {
            key: 'pattern',
            render: (_, pattern) =>
              pattern.id === editedId ? (
                <EditedPattern pattern={pattern} onClose={() => setEditedId(null)} />
              ) : (
                <ShownPattern
                  pattern={pattern}
                  mayChange={mayChange}
                  onEdit={() => setEditedId(pattern.id)}
                />
              ),
          },
        ]}
      />
    </section>
  );
}

function NewPattern({ categoryId }: { categoryId: number }) {
  const [form] = Form.useForm<Values>();
  const { mutate, mutation } = useCreate<CategoryPatternBody, HttpError>({ resource });

  function create(values: Values) {
    mutate(
      {
        values: { ...values, category_id: categoryId },
        successNotification: done(`Pattern “${values.pattern}” added`),
        errorNotification: notDoneInForm('Could not add the pattern'),
      },
      {
        onSuccess: () => {
          form.resetFields();
          form.getFieldInstance('pattern')?.focus();
        },
        onError: (error) => showFieldErrors(form, error),
      },
    );
  }

  return (
    <Card size="small" style={{ marginBottom: 12 }}>
      <Form<Values>
        form={form}
        name="new-pattern"
        layout="inline"
        requiredMark={false}
        colon={false}
        initialValues={{ pattern: '', priority: 0, match_mode: 'contains' }}
        onFinish={create}
        style={{ rowGap: 8 }}
      >
        <PatternFields />
        <Button
          type="primary"
          htmlType="submit"
          icon={<PlusOutlined />}
          loading={mutation.isPending}
        >
          Add
        </Button>
      </Form>
      <FormPreview form={form} categoryId={categoryId} />
    </Card>
  );
}

interface EditedPatternProps {
  pattern: CategoryPatternBody;
  onClose: () => void;
}

function EditedPattern({ pattern, onClose }: EditedPatternProps) {
  const [form] = Form.useForm<Values>();
  const { mutate, mutation } = useUpdate<CategoryPatternBody, HttpError>({ resource });

  function save(values: Values) {
    mutate(
      {
        id: pattern.id,
        values,
        successNotification: done('Pattern saved'),
        errorNotification: notDoneInForm('Could not save the pattern'),
      },
      { onSuccess: onClose, onError: (error) => showFieldErrors(form, error) },
    );
  }

  return (
    <>
      <Form<Values>
        form={form}
        name={`pattern-${pattern.id}`}
        layout="inline"
        requiredMark={false}
        colon={false}
        initialValues={pattern}
        onFinish={save}
        onKeyDown={({ key }) => key === 'Escape' && onClose()}
        style={{ rowGap: 8 }}
      >
        <PatternFields autoFocus />
        <Space>
          <Button type="primary" htmlType="submit" loading={mutation.isPending}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Space>
      </Form>
      <FormPreview form={form} id={pattern.id} categoryId={pattern.category_id} />
    </>
  );
}

interface FormPreviewProps {
  form: FormInstance<Values>;
  id?: number;
  categoryId: number;
}

function FormPreview({ form, id, categoryId }: FormPreviewProps) {
  const values = Form.useWatch([], form);
  return (
    <div style={{ marginTop: 8 }}>
      <PatternPreview
        id={id}
        pattern={values?.pattern}
        categoryId={categoryId}
        priority={values?.priority}
        matchMode={values?.match_mode}
      />
    </div>
  );
}

function PatternFields({ autoFocus = false }: { autoFocus?: boolean }) {
  return (
    <>
      <Form.Item
        name="pattern"
        label="Pattern"
        rules={[{ required: true, whitespace: true, message: 'Enter a pattern.' }]}
        style={{ flex: '1 1 220px' }}
      >
        <Input autoFocus={autoFocus} autoComplete="off" maxLength={maxPatternCharacters} />
      </Form.Item>
      <Form.Item
        name="priority"
        label="Priority"
        rules={[{ required: true, message: 'Enter a number.' }]}
      >
        <InputNumber precision={0} style={{ width: 88 }} />
      </Form.Item>
      <Form.Item name="match_mode" label="Matches">
        <MatchModeSelect style={{ width: 140 }} />
      </Form.Item>
    </>
  );
}

interface ShownPatternProps {
  pattern: CategoryPatternBody;
  mayChange: boolean;
  onEdit: () => void;
}

function ShownPattern({ pattern, mayChange, onEdit }: ShownPatternProps) {
  return (
    <div style={{ display: 'flex', alignItems: 'center', gap: 12, minHeight: 32 }}>
      <Typography.Text code>{pattern.pattern}</Typography.Text>
      {pattern.priority !== 0 && (
        <Typography.Text type="secondary">priority {pattern.priority}</Typography.Text>
      )}
      {pattern.match_mode === 'word' && (
        <Typography.Text type="secondary">whole words</Typography.Text>
      )}
      {mayChange && (
        <Space size={0} style={{ marginInlineStart: 'auto' }}>
          <Button type="link" aria-label={`Edit ${pattern.pattern}`} onClick={onEdit}>
            Edit
          </Button>
          <DeletePattern pattern={pattern}>
            <Button type="link" danger aria-label={`Delete ${pattern.pattern}`}>
              Delete
            </Button>
          </DeletePattern>
        </Space>
      )}
    </div>
  );
}
