import { useRef } from 'react';
import { CategorySelect } from './category-select.tsx';

interface ChooseCategoryProps {
  label: string;
  /** A category that is not offered. */
  excludedId: number | null;
  onChoose: (id: number) => void;
  /** The list was closed without a choice. */
  onCancel: () => void;
}

/** Asks for a category at once: the list is open, and typing searches it. */
export function ChooseCategory({ label, excludedId, onChoose, onCancel }: ChooseCategoryProps) {
  const hasChosen = useRef(false);
  return (
    <CategorySelect
      autoFocus
      defaultOpen
      aria-label={label}
      style={{ width: 220 }}
      excludedId={excludedId ?? undefined}
      onChange={(id) => {
        if (id === null) return;
        hasChosen.current = true;
        onChoose(id);
      }}
      onOpenChange={(isOpen) => {
        if (!isOpen && !hasChosen.current) onCancel();
      }}
    />
  );
}
