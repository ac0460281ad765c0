import { Typography } from 'antd';
import type { ReactNode } from 'react';
import type { ExplanationBody } from '../../api/admin/categorizers/explanation-schema.ts';
import { formatCount } from '../format/format-count.ts';
import { fieldNames, PatternLink } from './match-result.tsx';

/** Says in a sentence why a categorizer decided as it did. Nothing for a kind of reason that the console does not know. */
export function DecisionExplanation({ explanation }: { explanation: ExplanationBody }): ReactNode {
  switch (explanation.kind) {
    case 'pattern': {
      return (
        <>
          {explanation.pattern === null ? (
            'A pattern that has been deleted'
          ) : (
            <>
              The pattern <PatternLink pattern={explanation.pattern} />
            </>
          )}{' '}
          matches the {fieldNames[explanation.field]}.
        </>
      );
    }
    case 'memory': {
      const { merchant, row_count, agreeing_count } = explanation;
      return (
        <>
          People set it for “{merchant}” in {formatCount(agreeing_count)} of{' '}
          {formatCount(row_count)} transactions.
        </>
      );
    }
    case 'model':
      return <Words words={explanation.words} />;
    case 'llm':
      return (
        <>
          {explanation.model} answered this for “{explanation.merchant}”.
        </>
      );
    default:
      return null;
  }
}

type ModelWords = Extract<ExplanationBody, { kind: 'model' }>['words'];

function Words({ words }: { words: ModelWords }) {
  if (words.length === 0) return 'No single word weighed much.';
  return (
    <>
      These weighed most:{' '}
      {words.map(({ text }, index) => (
        <span key={text}>
          {index > 0 && ', '}
          <Typography.Text code>{text}</Typography.Text>
        </span>
      ))}
    </>
  );
}
