import { DownloadButton } from '../../components/download-button.tsx';
import { apiUrl } from '../../providers/request.ts';
import type { Period } from './use-period.ts';

/** Plain links, so that the browser saves the files itself. */
export function Downloads({ accountId, period }: { accountId: string; period: Period }) {
  const link = (by: string, label: string) => {
    const query = new URLSearchParams({ start_date: period.start, end_date: period.end, by });
    const path = `${apiUrl}/accounts/${encodeURIComponent(accountId)}/overview.csv?${query}`;
    return {
      key: by,
      label: (
        <a href={path} download>
          {label}
        </a>
      ),
    };
  };
  return (
    <DownloadButton
      label="Export CSV"
      items={[link('category', 'By category'), link('month', 'By month')]}
    />
  );
}
