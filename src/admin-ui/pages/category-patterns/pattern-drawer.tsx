import { Button, Drawer, Form, Input, InputNumber } from 'antd';
import type { CategoryPatternBody } from '../../../api/admin/category-patterns/schema.ts';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import type { MatchMode } from '../../../domain/pattern-set.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { MatchModeSelect } from '../../components/match-mode-select.tsx';
import { PatternPreview } from '../../components/pattern-preview.tsx';
import { useEntryDrawer } from '../../components/use-entry-drawer.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';

export interface PatternValues {
  category_id: number;
  pattern: string;
  priority: number;
  match_mode: MatchMode;
}

export function usePatternDrawer(action: 'create' | 'edit') {
  return useEntryDrawer<CategoryPatternBody, PatternValues>({
    action,
    resource: 'category-patterns',
    successNotification: done(action === 'edit' ? 'Pattern saved' : 'Pattern created'),
    errorNotification: notDoneInForm('The pattern was not saved'),
  });
}

interface PatternDrawerProps {
  title: string;
  /** Two of these are on a page, and the ids of their fields must differ. */
  formName: string;
  drawerForm: ReturnType<typeof usePatternDrawer>;
}

export function PatternDrawer({ title, formName, drawerForm }: PatternDrawerProps) {
  const { drawerProps, formProps, saveButtonProps, id } = drawerForm;
  const values = Form.useWatch([], formProps.form);
  return (
    <Drawer
      {...drawerProps}
      title={title}
      width="min(460px, 100vw)"
      extra={
        <Button type="primary" {...saveButtonProps}>
          Save
        </Button>
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
          rules={[{ required: true, whitespace: true, message: 'Enter a text.' }]}
          extra="What a merchant or a description contains, whatever the case. It takes 3 characters to match."
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
          extra="As whole words, “pub” does not match “public”."
        >
          <MatchModeSelect style={{ width: 160 }} />
        </Form.Item>
        <Form.Item
          name="priority"
          label="Priority"
          rules={[{ required: true, message: 'Enter a number.' }]}
          extra="Of all patterns that match, the one with the higher priority wins."
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
