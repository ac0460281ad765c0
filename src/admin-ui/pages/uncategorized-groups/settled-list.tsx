import { Button, Card, Flex } from 'antd';
import { useState } from 'react';
import { pluralize } from '../../format/format-count.ts';
import { AcceptedSuggestions } from './accepted-suggestions.tsx';
import { SettledGroup } from './settled-group.tsx';
import type { Entry, useQueue } from './use-queue.ts';

/** More would push the queue off the screen. */
const shownEntries = 3;

/** What was done in this window, and how far it is. */
export function SettledList({ queue }: { queue: ReturnType<typeof useQueue> }) {
  const [isWhole, setIsWhole] = useState(false);
  const { entries } = queue;
  if (entries.length === 0) return null;
  return (
    <Card size="small" style={{ marginBottom: 16 }}>
      <Flex vertical gap={6} component="ul" className="plain-list" aria-live="polite">
        {entries.map((entry, index) => (
          // Those that are not shown are still followed.
          <li key={entry.key} hidden={!isWhole && index >= shownEntries}>
            <EntryLine entry={entry} queue={queue} />
          </li>
        ))}
      </Flex>
      {entries.length > shownEntries && (
        <Button type="link" style={{ padding: 0 }} onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${pluralize(entries.length, 'change')}`}
        </Button>
      )}
    </Card>
  );
}

interface EntryLineProps {
  entry: Entry;
  queue: ReturnType<typeof useQueue>;
}

function EntryLine({ entry, queue }: EntryLineProps) {
  if (entry.kind === 'pattern')
    return (
      <SettledGroup
        settled={entry.settled}
        onApplied={() => void queue.endSettling(entry.groupIds)}
      />
    );
  const { accepted } = entry;
  return (
    <AcceptedSuggestions
      accepted={accepted}
      onEnded={() => void queue.endSettling(accepted.groupIds)}
      onUndo={() => void queue.undo(accepted.acceptanceId)}
      onSettled={(settled) => queue.addPattern(settled, [])}
    />
  );
}
