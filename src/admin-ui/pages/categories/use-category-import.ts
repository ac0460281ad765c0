import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import { useState } from 'react';
import type { ImportedBody, ImportPreviewBody } from '../../../api/admin/categories/schema.ts';
import { done, notDone } from '../../providers/messages.ts';
import { counted } from './counted.ts';

interface ImportFile {
  name: string;
  /** With the media type that says what it is. */
  content: Blob;
}

/** An import step by step: a file is chosen, what it would do is shown, and only then it is done. */
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
    forget(): void {
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
          successNotification: (answer) => done(importedWords(answer?.data as ImportedBody))(),
          errorNotification: notDone('Nothing was imported'),
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

/** Systems name the media type of CSV in many ways, or not at all. */
const mediaType = ({ name, type }: File): string =>
  /\.csv$/i.test(name) || type === 'text/csv' ? 'text/csv' : 'application/json';

const importedWords = ({ categories_created, patterns_created }: ImportedBody): string =>
  `${counted(categories_created, 'category', 'categories')} and ${counted(patterns_created, 'pattern')} created`;
