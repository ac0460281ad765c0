import { Badge } from 'antd';
import type { Status } from '../../domain/status.ts';
import { capitalize } from '../format/capitalize.ts';

const looks = {
  pending: 'default',
  processing: 'processing',
  completed: 'success',
  failed: 'error',
} as const;

export function StatusTag({ status }: { status: Status }) {
  return (
    <Badge style={{ whiteSpace: 'nowrap' }} status={looks[status]} text={capitalize(status)} />
  );
}
