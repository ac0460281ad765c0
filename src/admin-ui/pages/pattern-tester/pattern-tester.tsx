import { useCustom } from '@refinedev/core';
import { Card, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import type { PatternTestResultBody } from '../../../api/admin/category-patterns/match-schema.ts';
import { maxTextCharacters } from '../../../domain/limits.ts';
import { MatchResult } from '../../components/match-result.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { useDebounced } from '../../hooks/use-debounced.ts';

/** Waits for the last key, so that fast typing sends one request. */
const pauseMs = 200;

interface Texts {
  merchant_name: string;
  description: string;
}

const noTexts: Texts = { merchant_name: '', description: '' };

/** Shows for any text which pattern wins, what it matches, and which others lose. */
export function PatternTester() {
  const [texts, setTexts] = useState(noTexts);
  return (
    <Page title="Pattern tester" subtitle="See which pattern wins for a text, and why others lose.">
      <Flex vertical gap={16} style={{ maxWidth: 720 }}>
        <Card>
          <Form<Texts>
            layout="vertical"
            name="texts"
            initialValues={noTexts}
            onValuesChange={(_, values) => setTexts(values)}
          >
            <Form.Item name="merchant_name" label="Merchant">
              <Input
                autoFocus
                allowClear
                autoComplete="off"
                maxLength={maxTextCharacters}
                placeholder="WALMART #123"
              />
            </Form.Item>
            <Form.Item name="description" label="Description" style={{ marginBottom: 0 }}>
              <Input
                allowClear
                autoComplete="off"
                maxLength={maxTextCharacters}
                placeholder="POS PURCHASE 0423"
              />
            </Form.Item>
          </Form>
        </Card>
        <Card aria-live="polite" style={{ minHeight: 120 }}>
          <Verdict texts={texts} />
        </Card>
      </Flex>
    </Page>
  );
}

function Verdict({ texts: typed }: { texts: Texts }) {
  const texts = useDebounced(typed, pauseMs);
  const isEmpty = texts.merchant_name.trim() === '' && texts.description.trim() === '';
  const { result, query } = useCustom<PatternTestResultBody>({
    url: 'category-patterns/test',
    method: 'post',
    config: { payload: texts },
    queryOptions: { enabled: !isEmpty, queryKey: ['pattern-test', texts] },
    errorNotification: false,
  });
  if (isEmpty) return <EmptyState title="Enter a merchant or a description" />;
  if (query.error !== null)
    return <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <LoadingState rows={2} />;
  return <MatchResult result={result.data} texts={texts} />;
}
