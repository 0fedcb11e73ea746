import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { TextLink } from '../../widgets/text-link.tsx';

/** Shows a fresh key the one time that it can be shown. */
export function NewKeyModal({ value, onClose }: { value: string | null; onClose: () => void }) {
  return (
    <Modal
      opened={value !== null}
      onClose={onClose}
      title="Your new key"
      centered
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="yellow" icon={<IconAlertTriangle />}>
          Copy it now: it is not stored and cannot be shown again.
        </Alert>
        <CodeBlock label="the key" code={value ?? ''} />
        <Text size="sm">Where your server runs:</Text>
        <CodeBlock label="the environment line" code={`export FORETELL_KEY=${value ?? ''}`} />
        <Text size="sm">
          Then copy the call from a deployed model’s “Call it” tab:{' '}
          <TextLink to="/models">your models</TextLink>.
        </Text>
        <Group justify="end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
