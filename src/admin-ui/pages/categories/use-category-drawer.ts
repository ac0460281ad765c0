import { useDrawerForm } from '@refinedev/antd';
import type { HttpError } from '@refinedev/core';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import type { CategoryValues } from './category-form.tsx';

/** The drawer that creates a category, or changes one. */
export function useCategoryDrawer(action: 'create' | 'edit') {
  const isEdit = action === 'edit';
  return useDrawerForm<CategoryBody, HttpError, CategoryValues>({
    action,
    resource: 'categories',
    redirect: false,
    syncWithLocation: false,
    // Patterns and transactions show its name.
    invalidates: ['list', 'detail'],
    successNotification: done(isEdit ? 'Category saved' : 'Category created'),
    errorNotification: notDoneInForm(
      isEdit ? 'The category was not saved' : 'The category was not created',
    ),
  });
}
