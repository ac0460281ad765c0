import { type HttpError, useCustomMutation } from '@refinedev/core';
import { Button, Drawer, Flex, Form, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import type { CategorizerBody, CategorizerChange } from '../../../api/admin/categorizers/schema.ts';
import { type CategorizerMode, categorizerModes } from '../../../domain/categorizer-setting.ts';
import { categorizerName, modeNames, modeWords } from '../../components/categorizer-words.ts';
import { showFieldErrors } from '../../components/show-field-errors.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import { CategorizerPreview } from './categorizer-preview.tsx';

interface Values {
  mode: CategorizerMode;
  /** In percent. */
  target_precision: number | null;
}

/** As the API and the database allow them. */
const percents = { min: 50, max: 99.99, step: 0.5, precision: 2 };

interface ChangeCategorizerProps {
  /** The categorizer that is changed; undefined closes the drawer. */
  categorizer: CategorizerBody | undefined;
  onClose: () => void;
  onSaved: () => void;
}

export function ChangeCategorizer({ categorizer, onClose, onSaved }: ChangeCategorizerProps) {
  return (
    <Drawer
      open={categorizer !== undefined}
      onClose={onClose}
      title={categorizer === undefined ? '' : `Edit ${categorizerName(categorizer.name)}`}
      width="min(560px, 100vw)"
      destroyOnHidden
    >
      {categorizer !== undefined && (
        <ChangeForm
          categorizer={categorizer}
          onSaved={() => {
            onSaved();
            onClose();
          }}
        />
      )}
    </Drawer>
  );
}

interface ChangeFormProps {
  categorizer: CategorizerBody;
  onSaved: () => void;
}

/** Shows what a change would do before it can be saved. */
function ChangeForm({ categorizer, onSaved }: ChangeFormProps) {
  const { name, mode, target_precision } = categorizer;
  const [form] = Form.useForm<Values>();
  const values = Form.useWatch([], form) as Values | undefined;
  /** The change whose effect the user has seen, as JSON. */
  const [seen, setSeen] = useState<string>();
  const { mutate, mutation } = useCustomMutation<CategorizerBody, HttpError>();
  const change = values === undefined ? {} : changeOf(categorizer, values);
  const isChanged = Object.keys(change).length > 0;

  function save(): void {
    mutate(
      {
        url: `categorizers/${name}`,
        method: 'patch',
        values: change,
        successNotification: done(`${categorizerName(name)} changed`),
        errorNotification: notDoneInForm(`Could not change ${categorizerName(name)}`),
      },
      { onSuccess: onSaved, onError: (error) => showFieldErrors(form, error) },
    );
  }

  return (
    <Form<Values>
      form={form}
      name="categorizer"
      layout="vertical"
      requiredMark={false}
      initialValues={{ mode, target_precision: percentOf(target_precision) }}
      onFinish={save}
    >
      <Form.Item name="mode" label="Mode">
        <Radio.Group
          options={categorizerModes.map((value) => ({
            value,
            label: `${modeNames[value]}: ${lowerFirst(modeWords[value])}`,
          }))}
          style={{ display: 'flex', flexDirection: 'column', gap: 8 }}
        />
      </Form.Item>
      <Form.Item
        name="target_precision"
        label="Target precision"
        extra="The share of its decisions without review that should be right. A higher target decides less."
        rules={[{ required: true, message: 'Enter a target from 50 to 99.99.' }]}
      >
        <InputNumber<number> {...percents} addonAfter="%" style={{ width: 160 }} />
      </Form.Item>
      <Flex vertical gap={16}>
        {isChanged && <CategorizerPreview name={name} change={change} onSeen={setSeen} />}
        <div>
          <Button
            type="primary"
            htmlType="submit"
            disabled={!isChanged || seen !== JSON.stringify(change)}
            loading={mutation.isPending}
          >
            Save
          </Button>
        </div>
      </Flex>
    </Form>
  );
}

/** Only what differs. */
function changeOf(before: CategorizerBody, { mode, target_precision }: Values): CategorizerChange {
  const isNewTarget =
    target_precision !== null && target_precision !== percentOf(before.target_precision);
  return {
    ...(mode !== before.mode && { mode }),
    // Two decimals of a percent are all that is stored.
    ...(isNewTarget && { target_precision: Math.round(target_precision * 100) / 10_000 }),
  };
}

const percentOf = (share: number): number => Math.round(share * 10_000) / 100;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
