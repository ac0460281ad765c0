import { DownloadButton } from '../../components/download-button.tsx';
import { apiUrl } from '../../providers/request.ts';

/** Plain links, so that the browser saves the files itself. */
const items = [
  {
    key: 'json',
    label: (
      <a href={`${apiUrl}/categories/export`} download="categories.json">
        JSON
      </a>
    ),
  },
  {
    key: 'csv',
    label: (
      <a href={`${apiUrl}/categories/export.csv`} download="categories.csv">
        CSV
      </a>
    ),
  },
];

/** Exports all categories with their patterns, as files that can be imported. */
export function ExportMenu() {
  return <DownloadButton label="Export" items={items} />;
}
