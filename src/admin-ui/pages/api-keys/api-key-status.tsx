import { Badge, Typography } from 'antd';
import type { ApiKeyBody } from '../../../api/admin/api-keys/schema.ts';
import { DateTime } from '../../components/date-time.tsx';

/** A key that expires within this time should be rotated, since its user needs some days for that. */
const soonMs = 14 * 86_400_000;

/** Whether a key is valid, and until when. */
export function ApiKeyStatusTag({ apiKey }: { apiKey: ApiKeyBody }) {
  const { look, text } = lookOf(apiKey);
  const { revoked_at, expires_at } = apiKey;
  return (
    <>
      <Badge style={{ whiteSpace: 'nowrap' }} status={look} text={text} />
      <Typography.Text type="secondary" style={{ display: 'block', whiteSpace: 'nowrap' }}>
        {revoked_at !== null ? (
          <DateTime value={revoked_at} />
        ) : expires_at !== null ? (
          <>
            {apiKey.status === 'live' && 'expires '}
            <DateTime value={expires_at} />
          </>
        ) : (
          'never expires'
        )}
      </Typography.Text>
    </>
  );
}

function lookOf({ status, rotated_to, expires_at }: ApiKeyBody) {
  if (status === 'revoked') return { look: 'default', text: 'Revoked' } as const;
  if (status === 'expired') return { look: 'default', text: 'Expired' } as const;
  if (rotated_to !== null) return { look: 'processing', text: 'Rotating' } as const;
  const isSoon = expires_at !== null && Date.parse(expires_at) - Date.now() < soonMs;
  return isSoon
    ? ({ look: 'warning', text: 'Expires soon' } as const)
    : ({ look: 'success', text: 'Live' } as const);
}
