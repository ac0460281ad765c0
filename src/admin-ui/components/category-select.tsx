import { Select, type SelectProps } from 'antd';
import { useCategories } from '../hooks/use-categories.ts';
import { CategoryMark } from './category-mark.tsx';

type CategorySelectProps = Omit<SelectProps<number | null>, 'options'> & {
  /** Form.Item sets it, but Ant Design would put it where ARIA does not allow it. */
  'aria-required'?: boolean;
  /** A category that is not offered. */
  excludedId?: number;
};

/** Selects a category, also by typing a part of its name. */
export function CategorySelect({ 'aria-required': _, excludedId, ...props }: CategorySelectProps) {
  const { categories, isLoading } = useCategories();
  return (
    <Select<number | null>
      showSearch
      placeholder="Category"
      optionFilterProp="name"
      loading={isLoading}
      popupMatchSelectWidth={240}
      {...props}
      options={categories
        .filter(({ id }) => id !== excludedId)
        .map(({ id, name, color }) => ({
          value: id,
          name,
          label: <CategoryMark id={id} name={name} color={color} />,
        }))}
    />
  );
}
