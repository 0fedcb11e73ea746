import { Paper, SegmentedControl, Stack, useMatches } from '@mantine/core';
import { useState } from 'react';
import { Page } from '../../widgets/page.tsx';
import { AmplitudeForm } from './amplitude-form.tsx';
import { StreamForm } from './stream-form.tsx';
import { UploadForm } from './upload-form.tsx';
import { WarehouseForm } from './warehouse-form.tsx';

const forms = {
  upload: <UploadForm />,
  warehouse: <WarehouseForm />,
  amplitude: <AmplitudeForm />,
  stream: <StreamForm />,
};

export function NewDatasetPage() {
  const [source, setSource] = useState<keyof typeof forms>('upload');
  const orientation = useMatches<'vertical' | 'horizontal'>({ base: 'vertical', xs: 'horizontal' });
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
            orientation={orientation}
            fullWidth
            value={source}
            onChange={(chosen) => setSource(chosen)}
            data={[
              { value: 'upload', label: 'Upload a file' },
              { value: 'warehouse', label: 'Database' },
              { value: 'amplitude', label: 'Amplitude' },
              { value: 'stream', label: 'Send rows by API' },
            ]}
          />
          {forms[source]}
        </Stack>
      </Paper>
    </Page>
  );
}
