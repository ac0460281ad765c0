import { Flex, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import type {
  PatternMatchBody,
  PatternTestResultBody,
} from '../../api/admin/category-patterns/match-schema.ts';
import { useCategories } from '../hooks/use-categories.ts';
import { CategoryMark } from './category-mark.tsx';
import { listPath } from './lists/list-path.ts';
import { MarkedText } from './marked-text.tsx';

interface MatchResultProps {
  result: Pick<PatternTestResultBody, 'winner' | 'others'>;
  texts: Record<PatternMatchBody['field'], string | null>;
}

export const fieldNames = { merchant_name: 'merchant', description: 'description' };

const reasons: Record<PatternTestResultBody['others'][number]['loses_by'], string> = {
  priority: 'lower priority',
  field: 'a match in the merchant wins over one in the description',
  direction: 'a pattern inside the text wins over a text inside the pattern',
  length: 'shorter pattern',
  id: 'newer pattern',
};

/** The pattern that wins, with the text that it matches, and why each of the others loses. */
export function MatchResult({ result: { winner, others }, texts }: MatchResultProps) {
  if (winner === null) return <Typography.Text>No pattern matches.</Typography.Text>;
  return (
    <Flex vertical gap={16}>
      <Match match={winner} text={texts[winner.field] ?? ''} />
      {others.length > 0 && (
        <section aria-label="Patterns that lose">
          <Typography.Text type="secondary">Other patterns match, but lose:</Typography.Text>
          <ul className="plain-list" style={{ marginTop: 8 }}>
            {others.map((other) => (
              <li key={other.pattern_id} style={{ padding: '8px 0' }}>
                <Match
                  match={other}
                  text={texts[other.field] ?? ''}
                  reason={reasons[other.loses_by]}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Flex>
  );
}

interface MatchProps {
  match: PatternMatchBody;
  text: string;
  /** Why the pattern loses. */
  reason?: string;
}

function Match({ match, text, reason }: MatchProps) {
  const { colorOf } = useCategories();
  const { pattern, category_id, category, field, direction, priority, match_mode } = match;
  return (
    <Flex vertical gap={4}>
      <Flex wrap gap={8} align="center">
        <PatternLink pattern={pattern} />
        <span aria-hidden>→</span>
        <CategoryMark id={category_id} name={category} color={colorOf(category_id)} isLink />
        {priority !== 0 && <Tag style={{ margin: 0 }}>priority {priority}</Tag>}
        {match_mode === 'word' && <Tag style={{ margin: 0 }}>whole words</Tag>}
        {reason !== undefined && <Typography.Text type="secondary">{reason}</Typography.Text>}
      </Flex>
      <Typography.Text type="secondary">
        {direction === 'pattern_in_text'
          ? `Found in the ${fieldNames[field]}: `
          : `The pattern contains the ${fieldNames[field]}: `}
        <MarkedText text={text} span={match.span} />
      </Typography.Text>
    </Flex>
  );
}

/** Links to the pattern in the list of patterns. */
export function PatternLink({ pattern }: { pattern: string }) {
  return (
    <Link
      to={listPath('/category-patterns', [
        { field: 'pattern', operator: 'contains', value: pattern },
      ])}
    >
      <Typography.Text code>{pattern}</Typography.Text>
    </Link>
  );
}
