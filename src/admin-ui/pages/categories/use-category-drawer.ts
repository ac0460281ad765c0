import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { useEntryDrawer } from '../../hooks/use-entry-drawer.ts';
import { done, notDoneInForm } from '../../providers/messages.ts';
import type { CategoryValues } from './category-form.tsx';

/** The drawer that creates a category, or changes one. */
export function useCategoryDrawer(action: 'create' | 'edit') {
  const isEdit = action === 'edit';
  return useEntryDrawer<CategoryBody, CategoryValues>({
    action,
    resource: 'categories',
    // Patterns and transactions show the name of their category.
    invalidates: ['list', 'detail'],
    successNotification: done(isEdit ? 'Category saved' : 'Category created'),
    errorNotification: notDoneInForm(
      isEdit ? 'Could not save the category' : 'Could not create the category',
    ),
  });
}
