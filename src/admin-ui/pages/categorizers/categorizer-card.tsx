import { Alert, Button, Card, Descriptions, Flex, Tag, Typography } from 'antd';
import type { CategorizerBody } from '../../../api/admin/categorizers/schema.ts';
import { defaultTargetPrecision } from '../../../domain/categorizer-setting.ts';
import {
  categorizerName,
  categorizerWords,
  modeNames,
  modeWords,
} from '../../components/categorizer-words.ts';
import { DateTime } from '../../components/date-time.tsx';
import { PrecisionBar } from '../../components/precision-bar.tsx';
import { formatPercent } from '../../format/format-percent.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';

interface CategorizerCardProps {
  categorizer: CategorizerBody;
  /** Its place in the chain, counted from 1. */
  place: number;
  onChange: () => void;
}

const tagColors = { on: 'success', shadow: 'processing', off: 'default' };

/** What a categorizer does, how it takes part, and how well it did. */
export function CategorizerCard({ categorizer, place, onChange }: CategorizerCardProps) {
  const mayChange = useIsAllowed('edit', 'categorizers');
  const { name, mode, is_configured } = categorizer;
  const words = categorizerWords(name);
  const label = categorizerName(name);
  return (
    <Card
      size="small"
      title={
        <Flex wrap gap={8} align="center">
          <Typography.Text type="secondary">{place}.</Typography.Text>
          <Typography.Title level={2} style={{ fontSize: 15, margin: 0 }}>
            {label}
          </Typography.Title>
          <Tag color={tagColors[mode]} title={modeWords[mode]} style={{ margin: 0 }}>
            {modeNames[mode]}
          </Tag>
        </Flex>
      }
      extra={
        mayChange &&
        is_configured && (
          <Button size="small" aria-label={`Edit ${label}`} onClick={onChange}>
            Edit
          </Button>
        )
      }
    >
      <Flex vertical gap={12}>
        {words !== undefined && <span>{words.does}</span>}
        {is_configured ? <Facts categorizer={categorizer} /> : <NotConfigured />}
      </Flex>
    </Card>
  );
}

function Facts({ categorizer }: { categorizer: CategorizerBody }) {
  const { name, mode, target_precision, version, trained_at } = categorizer;
  const belowTarget = categorizerWords(name)?.belowTarget;
  // Trainings measure with the default target, whatever the categorizers' targets are.
  const measuredAt =
    target_precision === defaultTargetPrecision
      ? ''
      : ` at a target of ${formatPercent(defaultTargetPrecision)}`;
  const facts = [
    { key: 'mode', label: 'Mode', children: `${modeNames[mode]}. ${modeWords[mode]}` },
    { key: 'target', label: 'Target precision', children: formatPercent(target_precision) },
    {
      key: 'below',
      label: 'Below the target',
      children: belowTarget,
    },
    {
      key: 'version',
      label: 'Version',
      children:
        version === null ? (
          'Nothing learned yet'
        ) : (
          <span>
            {version}, trained <DateTime value={trained_at} />
          </span>
        ),
    },
    {
      key: 'coverage',
      label: `Coverage${measuredAt}`,
      children: <PrecisionBar share={categorizer.coverage} />,
    },
    {
      key: 'precision',
      label: `Precision${measuredAt}`,
      children: (
        <PrecisionBar share={categorizer.precision} interval={categorizer.precision_interval} />
      ),
    },
  ];
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, md: 2, lg: 2, xl: 2, xxl: 2 }}
      items={facts.filter(({ children }) => children !== undefined)}
    />
  );
}

function NotConfigured() {
  return (
    <Alert
      type="info"
      showIcon
      message="Not configured, so nothing is sent to a language model."
      description={
        <>
          Set <code>LLM_BASE_URL</code>, <code>LLM_MODEL</code> and, where the endpoint asks for
          one, <code>LLM_API_KEY</code> for the API and the worker, and restart both. Any
          OpenAI-compatible endpoint works.
        </>
      }
    />
  );
}
