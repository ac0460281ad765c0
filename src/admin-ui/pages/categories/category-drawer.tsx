import { Button, Drawer } from 'antd';
import { CategoryForm } from './category-form.tsx';
import type { useCategoryDrawer } from './use-category-drawer.ts';

interface CategoryDrawerProps {
  title: string;
  formName: string;
  drawerForm: ReturnType<typeof useCategoryDrawer>;
}

export function CategoryDrawer({ title, formName, drawerForm }: CategoryDrawerProps) {
  const { drawerProps, formProps, saveButtonProps } = drawerForm;
  return (
    <Drawer
      {...drawerProps}
      title={title}
      width="min(420px, 100vw)"
      extra={
        <Button type="primary" {...saveButtonProps}>
          Save
        </Button>
      }
    >
      <CategoryForm formName={formName} formProps={formProps} />
    </Drawer>
  );
}
