import { Select } from 'antd';
import { useState } from 'react';
import { CategoryMark } from '../../components/category-mark.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import { newCategoryName } from './new-category-name.ts';

interface CategoryChoiceProps {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}

/**
 * Selects an existing category, or a new one by its name. It takes only these properties of Form.Item,
 * since Ant Design would put aria-required where ARIA does not allow it.
 */
export function CategoryChoice({ id, value, onChange }: CategoryChoiceProps) {
  const { categories, isLoading } = useCategories();
  const [typed, setTyped] = useState('');
  const name = typed.trim();
  const chosen = newCategoryName.read(value ?? '');
  const isKnown = categories.some((known) => known.name.toLowerCase() === name.toLowerCase());
  const offered = name !== '' && !isKnown ? name : chosen;
  const options = categories.map((category) => ({
    value: String(category.id),
    name: category.name,
    label: <CategoryMark id={category.id} name={category.name} color={category.color} />,
  }));
  const added = offered === null ? [] : [newOption(offered)];
  return (
    <Select
      id={id}
      value={value}
      onChange={onChange}
      showSearch
      // The form opens at a click, and this is its first field.
      autoFocus
      placeholder="Choose or type a new name"
      optionFilterProp="name"
      loading={isLoading}
      popupMatchSelectWidth={260}
      onSearch={setTyped}
      options={[...options, ...added]}
    />
  );
}

const newOption = (name: string) => ({
  value: newCategoryName.write(name),
  name,
  label: <>New category “{name}”</>,
});
