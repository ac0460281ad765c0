import { SearchOutlined } from '@ant-design/icons';
import { Button, Grid } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { commandKey } from './command-key.ts';

/** Is loaded when it is first opened. */
const CommandPalette = lazy(async () => ({
  default: (await import('./command-palette.tsx')).CommandPalette,
}));
const Shortcuts = lazy(async () => ({ default: (await import('./shortcuts.tsx')).Shortcuts }));

/** The button of the palette, and the keys that open it and the list of keys. */
export function PaletteHost() {
  const isPhone = Grid.useBreakpoint().sm === false;
  const [shown, setShown] = useState<'palette' | 'shortcuts' | null>(null);
  /** Once loaded they stay mounted, so that closing is animated too. */
  const [wanted, setWanted] = useState({ palette: false, shortcuts: false });

  useEffect(() => {
    function open(what: 'palette' | 'shortcuts', event: KeyboardEvent) {
      event.preventDefault();
      setShown((before) => (before === what ? null : what));
    }
    function onKey(event: KeyboardEvent) {
      const isCommand = event.ctrlKey || event.metaKey;
      if (isCommand && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k')
        open('palette', event);
      else if (event.key === '?' && !isCommand && !isTyping(event.target)) open('shortcuts', event);
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (shown !== null) setWanted((before) => ({ ...before, [shown]: true }));
  }, [shown]);

  const close = () => setShown(null);
  return (
    <>
      <Button
        type={isPhone ? 'text' : 'default'}
        icon={<SearchOutlined />}
        aria-label={isPhone ? 'Search' : undefined}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setShown('palette')}
      >
        {isPhone ? null : (
          <>
            Search <kbd className="key">{commandKey} K</kbd>
          </>
        )}
      </Button>
      <Suspense>
        {wanted.palette && <CommandPalette isOpen={shown === 'palette'} onClose={close} />}
        {wanted.shortcuts && <Shortcuts isOpen={shown === 'shortcuts'} onClose={close} />}
      </Suspense>
    </>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable="true"]') !== null;
