import { Card, Typography } from 'antd';
import { apiUrl } from '../../providers/request.ts';
import type { Period } from './use-period.ts';

/** Shows how a client of the API gets the same figures. */
export function ApiCall({ accountId, period }: { accountId: string; period: Period }) {
  const query = new URLSearchParams({ start_date: period.start, end_date: period.end });
  // encodeURIComponent leaves the apostrophe, which would end the shell's quotes.
  const id = encodeURIComponent(accountId).replaceAll("'", '%27');
  const command = `curl -H "Authorization: Bearer $API_KEY" '${location.origin}/api/reports/account/${id}/summary?${query}'`;
  return (
    <Card size="small" title="The same figures from the API">
      <Typography.Paragraph
        code
        copyable={{ text: command, tooltips: ['Copy', 'Copied'] }}
        style={{ marginBottom: 8, overflowWrap: 'anywhere' }}
      >
        {command}
      </Typography.Paragraph>
      <Typography.Link href={`${apiUrl}/accounts/${id}/summary?${query}`} target="_blank">
        Open the summary as JSON
      </Typography.Link>
    </Card>
  );
}
