import { Button, Drawer, Flex, Form, Input, InputNumber } from 'antd';
import { useRef } from 'react';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import type { MatchMode } from '../../../domain/pattern-set.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { MatchModeSelect } from '../../components/match-mode-select.tsx';
import { PatternPreview } from '../../components/pattern-preview.tsx';
import { useApplyToHistory } from '../../hooks/use-apply-to-history.ts';
import { useEntryDrawer } from '../../hooks/use-entry-drawer.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';

export interface PatternValues {
  category_id: number;
  pattern: string;
  priority: number;
  match_mode: MatchMode;
}

export function usePatternDrawer(action: 'create' | 'edit') {
  const { apply, isPending } = useApplyToHistory();
  /** Whether to apply the pattern to history once it is saved. */
  const applies = useRef(false);
  const drawer = useEntryDrawer<CategoryPatternBody, PatternValues>({
    action,
    resource: 'category-patterns',
    successNotification: done(action === 'edit' ? 'Pattern saved' : 'Pattern created'),
    errorNotification: notDoneInForm('Could not save the pattern'),
    onMutationSuccess({ data }) {
      // The pattern stays saved when the run cannot start, which a notification says.
      if (applies.current) void apply({ pattern_id: Number(data.id) }).catch(() => {});
    },
  });
  function save(isApplied: boolean): void {
    applies.current = isApplied;
    drawer.formProps.form?.submit();
  }
  return { ...drawer, save, isApplying: isPending };
}

interface PatternDrawerProps {
  title: string;
  /** A page has two of these forms, and the ids of their fields must differ. */
  formName: string;
  drawerForm: ReturnType<typeof usePatternDrawer>;
}

export function PatternDrawer({ title, formName, drawerForm }: PatternDrawerProps) {
  const { drawerProps, formProps, saveButtonProps, save, isApplying, id } = drawerForm;
  const values = Form.useWatch([], formProps.form);
  return (
    <Drawer
      {...drawerProps}
      title={title}
      width="min(460px, 100vw)"
      extra={
        <Flex gap={8}>
          <Button
            disabled={saveButtonProps.disabled}
            loading={isApplying}
            onClick={() => save(true)}
          >
            Save and apply
          </Button>
          <Button type="primary" {...saveButtonProps} onClick={() => save(false)}>
            Save
          </Button>
        </Flex>
      }
    >
      <Form<PatternValues>
        layout="vertical"
        requiredMark={false}
        {...formProps}
        name={formName}
        initialValues={{ priority: 0, match_mode: 'contains', ...formProps.initialValues }}
      >
        <Form.Item
          name="pattern"
          label="Pattern"
          rules={[{ required: true, whitespace: true, message: 'Enter a pattern.' }]}
          extra="Text to find in the merchant or the description, in any case. At least 3 characters."
        >
          <Input autoFocus autoComplete="off" maxLength={maxPatternCharacters} />
        </Form.Item>
        <Form.Item
          name="category_id"
          label="Category"
          rules={[{ required: true, message: 'Choose a category.' }]}
        >
          <CategorySelect />
        </Form.Item>
        <Form.Item
          name="match_mode"
          label="Matches"
          extra="With whole words, “pub” does not match “public”."
        >
          <MatchModeSelect style={{ width: 160 }} />
        </Form.Item>
        <Form.Item
          name="priority"
          label="Priority"
          rules={[{ required: true, message: 'Enter a number.' }]}
          extra="When several patterns match, the one with the highest priority wins."
        >
          <InputNumber precision={0} style={{ width: 120 }} />
        </Form.Item>
      </Form>
      {drawerProps.open === true && (
        <PatternPreview
          id={id === undefined ? undefined : Number(id)}
          pattern={values?.pattern}
          categoryId={values?.category_id}
          priority={values?.priority}
          matchMode={values?.match_mode}
        />
      )}
    </Drawer>
  );
}
