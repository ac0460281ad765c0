import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useEffect, useRef } from 'react';
import { useServerAway } from '../providers/reachability.ts';

/** Says that the server is unreachable, and reloads the page's data once it is back. */
export function ConnectionBanner() {
  const isAway = useServerAway();
  const wasAway = useRef(false);
  const queries = useQueryClient();
  useEffect(() => {
    if (wasAway.current && !isAway) void queries.refetchQueries({ type: 'active' });
    wasAway.current = isAway;
  }, [isAway, queries]);
  return (
    <div role="status" aria-live="polite" style={{ position: 'sticky', top: 0, zIndex: 900 }}>
      {isAway && (
        <Alert
          banner
          type="warning"
          message="The server is unreachable. This page will reconnect by itself."
        />
      )}
    </div>
  );
}
