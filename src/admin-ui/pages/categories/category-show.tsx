import { DeleteOutlined, EditOutlined, MergeCellsOutlined } from '@ant-design/icons';
import { useOne } from '@refinedev/core';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { CategoryBody } from '../../../api/admin/categories/schema.ts';
import { ColorDot } from '../../components/category-mark.tsx';
import { History } from '../../components/history.tsx';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { isCategory, transactionsPath } from '../../components/transactions-path.ts';
import { pluralize } from '../../format/format-count.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { CategoryDrawer } from './category-drawer.tsx';

import { InlinePatterns } from './inline-patterns.tsx';
import { MergeCategory } from './merge-category.tsx';
import { useCategoryDrawer } from './use-category-drawer.ts';
import { useDeleteCategory } from './use-delete-category.tsx';

export function CategoryShow() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const { result: category, query } = useOne<CategoryBody>({
    resource: 'categories',
    id,
    errorNotification: false,
  });
  const mayChange = useIsAllowed('edit', 'categories');
  const edit = useCategoryDrawer('edit');
  const deleteCategory = useDeleteCategory();
  const [isMerging, setIsMerging] = useState(false);

  if (query.error !== null)
    return <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />;
  if (category === undefined) return <LoadingState />;
  const { name, color, transaction_count } = category;

  return (
    <Page
      title={name}
      mark={<ColorDot color={color} size={20} />}
      subtitle={
        <Link to={transactionsPath({}, [isCategory(category.id)])}>
          {pluralize(transaction_count, 'transaction')}
        </Link>
      }
      extra={
        mayChange && (
          <>
            <Button icon={<EditOutlined />} onClick={() => edit.show(category.id)}>
              Edit
            </Button>
            <Button icon={<MergeCellsOutlined />} onClick={() => setIsMerging(true)}>
              Merge into…
            </Button>
            <Button
              danger
              icon={<DeleteOutlined />}
              onClick={() => deleteCategory(category, () => void navigate('/categories'))}
            >
              Delete
            </Button>
          </>
        )
      }
    >
      <InlinePatterns categoryId={category.id} mayChange={mayChange} />
      <History resource="categories" id={category.id} />
      <MergeCategory
        category={category}
        isOpen={isMerging}
        onClose={() => setIsMerging(false)}
        onMerged={(into) => {
          setIsMerging(false);
          void navigate(`/categories/${into.id}`);
        }}
      />
      <CategoryDrawer title="Edit category" formName="category" drawerForm={edit} />
    </Page>
  );
}
