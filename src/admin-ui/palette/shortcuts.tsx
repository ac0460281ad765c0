import { Descriptions, Modal } from 'antd';
import type { ReactNode } from 'react';
import { commandKey } from './command-key.ts';

const shortcuts: [ReactNode, string][] = [
  [<kbd key="k" className="key">{`${commandKey} K`}</kbd>, 'Find a page, a category, an account …'],
  [
    <kbd key="?" className="key">
      ?
    </kbd>,
    'These shortcuts',
  ],
  [
    <kbd key="esc" className="key">
      Esc
    </kbd>,
    'Close what is open',
  ],
  [
    <kbd key="tab" className="key">
      Tab
    </kbd>,
    'The next control; first of all a way past the navigation',
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
