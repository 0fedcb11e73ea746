import { maxFileBytes } from '@foretell/core/contracts/control-api/multipart-uploads';
import { Button, Group, Progress, Stack, Text, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useForm } from '@mantine/form';
import { IconFileCheck, IconFileUpload } from '@tabler/icons-react';
import { formatBytes, formatShare } from '../../format/numbers.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { useDatasetOutcome } from './use-dataset-outcome.ts';
import { useUpload } from './use-upload.ts';

const kinds = /\.(csv|tsv|jsonl|ndjson|json|parquet)$/i;
const fieldNames: Record<string, string> = {
  name: 'name',
  filename: 'file',
  bytes: 'file',
  'source.upload': 'file',
};

const nameOf = (file: File) => file.name.replace(kinds, '').replaceAll(/[_-]+/g, ' ');

function problemWith(file: File | null): string | null {
  if (file === null) return 'Choose a file.';
  if (!kinds.test(file.name))
    return 'The file must be CSV, JSON Lines, JSON or Parquet (told by its ending).';
  if (file.size === 0) return 'The file is empty.';
  return file.size > maxFileBytes ? `The file is larger than ${formatBytes(maxFileBytes)}.` : null;
}

/** Of a new dataset, or of the next version of `dataset`. */
export function UploadForm({ dataset: existing }: { dataset?: string }) {
  const upload = useUpload();
  const form = useForm({
    initialValues: { name: '', file: null as File | null },
    validate: {
      name: (name) => (existing === undefined && name.trim() === '' ? 'Give it a name.' : null),
      file: problemWith,
    },
  });
  const { file } = form.values;
  const choose = ([chosen]: File[]) => {
    if (chosen === undefined) return;
    form.setFieldValue('file', chosen);
    form.setFieldError('file', problemWith(chosen));
    if (form.values.name === '') form.setFieldValue('name', nameOf(chosen));
  };
  const { failure, awaited } = useDatasetOutcome(form, (field) => fieldNames[field]);
  const submit = form.onSubmit(({ name, file: chosen }) => {
    if (chosen === null) return;
    const target = existing === undefined ? { name: name.trim() } : { dataset: existing };
    upload.mutate({ target, file: chosen }, awaited());
  });
  return (
    <Form errors={form.errors} onSubmit={submit}>
      <Stack>
        <FormAlert message={failure} />
        <Dropzone
          onDrop={choose}
          multiple={false}
          disabled={upload.isPending}
          inputProps={{ 'aria-label': 'Data file' }}
          aria-label="Choose a data file, or drop it here"
        >
          <Group justify="center" gap="md" mih={120} style={{ pointerEvents: 'none' }}>
            {file === null ? (
              <IconFileUpload size={40} stroke={1.4} />
            ) : (
              <IconFileCheck size={40} stroke={1.4} />
            )}
            <div>
              <Text fw={600}>{file === null ? 'Drop a file here, or click to choose' : file.name}</Text>
              <Text size="sm" c="dimmed">
                {file === null
                  ? `CSV, JSON Lines or Parquet, up to ${formatBytes(maxFileBytes)}`
                  : formatBytes(file.size)}
              </Text>
            </div>
          </Group>
        </Dropzone>
        {form.errors.file !== undefined && (
          <Text size="sm" c="var(--foretell-bad)" role="alert">
            {form.errors.file}
          </Text>
        )}
        {existing === undefined && (
          <TextInput label="Name" disabled={upload.isPending} {...form.getInputProps('name')} />
        )}
        {upload.isPending && <Sending share={upload.share} onStop={upload.stop} />}
        <Group justify="end">
          <Button type="submit" loading={upload.isPending}>
            Upload and read it
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

function Sending({ share, onStop }: { share: number; onStop: () => void }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Progress value={share * 100} style={{ flex: 1 }} aria-label="Upload" animated />
      <Text size="sm" aria-live="polite" w={56} ta="right">
        {formatShare(share, 0)}
      </Text>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onStop}>
        Stop
      </Button>
    </Group>
  );
}
