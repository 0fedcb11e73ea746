import { Paper, SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { Page } from '../../widgets/page.tsx';
import { StreamForm } from './stream-form.tsx';
import { UploadForm } from './upload-form.tsx';

export function NewDatasetPage() {
  const [source, setSource] = useState('upload');
  return (
    <Page
      title="Bring data"
      crumbs={[{ label: 'Datasets', to: '/datasets' }]}
      description="Rows that say what happened, when, and to whom."
    >
      <Paper withBorder p="lg" maw={720}>
        <Stack gap="lg">
          <SegmentedControl
            aria-label="Where the data comes from"
            value={source}
            onChange={setSource}
            data={[
              { value: 'upload', label: 'Upload a file' },
              { value: 'stream', label: 'Send rows by API' },
            ]}
          />
          {source === 'upload' ? <UploadForm /> : <StreamForm />}
        </Stack>
      </Paper>
    </Page>
  );
}
