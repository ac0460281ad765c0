import { Flex, Typography } from 'antd';
import { formatPercent } from '../format/format-percent.ts';
import { useCategories } from '../hooks/use-categories.ts';
import { sourceName } from './categorizer-words.ts';
import { CategoryMark } from './category-mark.tsx';

interface DecisionProps {
  categoryId: number | null;
  category: string | null;
  source: string | null;
  /** From 0 to 1; null where nobody can tell. */
  confidence: number | null;
}

/** A category, who decided or suggests it, and how sure that is. */
export function Decision({ categoryId, category, source, confidence }: DecisionProps) {
  const { colorOf } = useCategories();
  return (
    <Flex wrap gap="0 8px" align="center">
      <CategoryMark id={categoryId} name={category} color={colorOf(categoryId)} />
      {source !== null && (
        <Typography.Text type="secondary">{sourceText(source, confidence)}</Typography.Text>
      )}
    </Flex>
  );
}

/** A source with its confidence, such as `Model · 97%`. */
export const sourceText = (source: string, confidence: number | null): string =>
  confidence === null ? sourceName(source) : `${sourceName(source)} · ${formatPercent(confidence)}`;
