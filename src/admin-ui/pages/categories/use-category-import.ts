import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import { useState } from 'react';
import type { ImportedBody, ImportPreviewBody } from '../../../api/admin/categories/schema.ts';
import { pluralize } from '../../format/format-count.ts';
import { done, notDone } from '../../providers/messages.ts';

interface ImportFile {
  name: string;
  /** Its media type tells CSV from JSON. */
  content: Blob;
}

/** An import in steps: the user chooses a file, sees a preview, and confirms. */
export function useCategoryImport() {
  const [isOpen, setIsOpen] = useState(false);
  const [file, setFile] = useState<ImportFile | null>(null);
  const preview = useCustomMutation<ImportPreviewBody, HttpError, Blob>();
  const run = useCustomMutation<ImportedBody, HttpError, Blob>();
  const invalidate = useInvalidate();

  function choose(chosen: ImportFile): void {
    setIsOpen(true);
    setFile(chosen);
    run.mutation.reset();
    preview.mutate({
      url: 'categories/import?dry_run=true',
      method: 'post',
      values: chosen.content,
      errorNotification: false,
    });
  }

  function close(): void {
    setIsOpen(false);
    setFile(null);
    preview.mutation.reset();
  }

  return {
    isOpen,
    file,
    preview: preview.mutation.data?.data,
    error: preview.mutation.error,
    isReading: preview.mutation.isPending,
    isRunning: run.mutation.isPending,
    open: () => setIsOpen(true),
    close,
    chooseFile: (chosen: File) =>
      choose({ name: chosen.name, content: new Blob([chosen], { type: mediaType(chosen) }) }),
    async chooseStarter(): Promise<void> {
      const { default: starter } = await import('../../../../samples/starter-categories.json');
      const content = new Blob([JSON.stringify(starter)], { type: 'application/json' });
      choose({ name: 'Starter categories', content });
    },
    reset(): void {
      setFile(null);
      preview.mutation.reset();
    },
    run(): void {
      if (file === null) return;
      run.mutate(
        {
          url: 'categories/import',
          method: 'post',
          values: file.content,
          successNotification: (answer) => done(importedText(answer?.data as ImportedBody))(),
          errorNotification: notDone('Could not import the file'),
        },
        {
          onSuccess() {
            for (const resource of ['categories', 'category-patterns', 'audit-log'])
              void invalidate({ resource, invalidates: ['list', 'many', 'detail'] });
            close();
          },
        },
      );
    },
  };
}

export type CategoryImport = ReturnType<typeof useCategoryImport>;

/** The file's name counts too, since systems name the media type of CSV in many ways, or not at all. */
const mediaType = ({ name, type }: File): string =>
  /\.csv$/i.test(name) || type === 'text/csv' ? 'text/csv' : 'application/json';

const importedText = ({ categories_created, patterns_created }: ImportedBody): string =>
  `${pluralize(categories_created, 'category', 'categories')} and ${pluralize(patterns_created, 'pattern')} created`;
