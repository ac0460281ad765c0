import { Descriptions, Modal } from 'antd';
import type { ReactNode } from 'react';
import { commandKey } from './command-key.ts';

const shortcuts: [ReactNode, string][] = [
  [<kbd key="k" className="key">{`${commandKey} K`}</kbd>, 'Search pages and actions'],
  [
    <kbd key="?" className="key">
      ?
    </kbd>,
    'Show the keyboard shortcuts',
  ],
  [
    <kbd key="esc" className="key">
      Esc
    </kbd>,
    'Close the dialog',
  ],
  [
    <kbd key="tab" className="key">
      Tab
    </kbd>,
    'Go to the next control; the first one skips the navigation',
  ],
];

export function Shortcuts({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal open={isOpen} onCancel={onClose} footer={null} title="Keyboard shortcuts" width={440}>
      <Descriptions
        column={1}
        size="small"
        colon={false}
        items={shortcuts.map(([label, children]) => ({ key: children, label, children }))}
      />
    </Modal>
  );
}
