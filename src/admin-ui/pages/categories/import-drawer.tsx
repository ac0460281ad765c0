import { InboxOutlined } from '@ant-design/icons';
import type { HttpError } from '@refinedev/core';
import { Alert, Button, Drawer, Flex, Typography, Upload } from 'antd';
import { LoadingState } from '../../components/states.tsx';
import { importPlace } from './import-place.ts';
import { ImportPreview } from './import-preview.tsx';
import type { CategoryImport } from './use-category-import.ts';

/** Takes a file, previews what it would change, and imports it on confirmation. */
export function ImportDrawer({ categoryImport }: { categoryImport: CategoryImport }) {
  const { isOpen, file, preview, error, isReading, isRunning } = categoryImport;
  const creates = preview && preview.categories_created + preview.patterns_created > 0;
  return (
    <Drawer
      open={isOpen}
      title="Import categories"
      width="min(640px, 100vw)"
      onClose={categoryImport.close}
      destroyOnHidden
      extra={
        <Button type="primary" disabled={!creates} loading={isRunning} onClick={categoryImport.run}>
          Import
        </Button>
      }
    >
      {file === null ? (
        <ChooseFile onFile={categoryImport.chooseFile} />
      ) : (
        <Flex vertical gap={16}>
          <Flex gap={8} align="baseline" justify="space-between">
            <Typography.Text strong style={{ overflowWrap: 'anywhere' }}>
              {file.name}
            </Typography.Text>
            <Button size="small" onClick={categoryImport.reset} disabled={isRunning}>
              Choose another file
            </Button>
          </Flex>
          {isReading && <LoadingState />}
          {error !== null && <FileErrors error={error} />}
          {preview !== undefined && <ImportPreview preview={preview} />}
        </Flex>
      )}
    </Drawer>
  );
}

function ChooseFile({ onFile }: { onFile: (file: File) => void }) {
  return (
    <>
      <Upload.Dragger
        accept=".json,.csv,application/json,text/csv"
        showUploadList={false}
        // The component itself sends nothing: the file is read and previewed first.
        beforeUpload={(file) => {
          onFile(file);
          return Upload.LIST_IGNORE;
        }}
      >
        <InboxOutlined style={{ fontSize: 32 }} />
        <Typography.Paragraph strong style={{ margin: '8px 0 0' }}>
          Choose a JSON or CSV file, or drop it here
        </Typography.Paragraph>
        <Typography.Text type="secondary">
          You see a preview before anything changes.
        </Typography.Text>
      </Upload.Dragger>
      <Typography.Paragraph type="secondary" style={{ marginTop: 16 }}>
        A CSV file starts with the line{' '}
        <Typography.Text code>category,pattern,priority,match_mode</Typography.Text>, followed by
        one line for each pattern. The last two columns are optional. You can import files that were
        exported here.
      </Typography.Paragraph>
    </>
  );
}

/** The API's errors, each with its place in the file. */
function FileErrors({ error }: { error: HttpError }) {
  const errors = Object.entries(error.errors ?? {}).flatMap(([field, details]) =>
    [details].flat().map((detail) => ({ place: importPlace(field), detail: String(detail) })),
  );
  return (
    <Alert
      type="error"
      showIcon
      message="Could not import this file"
      description={
        <>
          {error.message}
          <ul style={{ paddingInlineStart: 20, margin: '8px 0 0' }}>
            {errors.map(({ place, detail }) => (
              <li key={`${place} ${detail}`} style={{ overflowWrap: 'anywhere' }}>
                <strong>{place}:</strong> {detail}
              </li>
            ))}
          </ul>
        </>
      }
    />
  );
}
