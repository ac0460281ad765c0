import type { CrudFilters, CrudSort } from '@refinedev/core';
import { DownloadButton } from '../../components/download-button.tsx';
import { listQuery } from '../../providers/list-query.ts';
import { apiUrl } from '../../providers/request.ts';

interface ExportButtonProps {
  filters: CrudFilters;
  sorters: CrudSort[];
}

/** Exports all pages of the list as one file. */
export function ExportButton({ filters, sorters }: ExportButtonProps) {
  const query = listQuery({ filters, sorters, pagination: { mode: 'off' } });
  return <DownloadButton label="Export CSV" href={`${apiUrl}/transactions/export.csv?${query}`} />;
}
