import { memberAdded, memberRequest } from '@foretell/core/contracts/control-api/members';
import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { schemaResolver, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Section } from '../../widgets/section.tsx';
import { roleChoices } from './role-words.ts';

const invitationLink = (token: string) =>
  `${window.location.origin}/sign-up?invitation=${encodeURIComponent(token)}`;

export function InviteForm() {
  const refresh = useRefresh();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '', role: 'editor' },
    validate: schemaResolver(memberRequest, { sync: true }),
  });
  const invite = useMutation({
    mutationFn: (values: typeof form.values) => sendJson('POST', '/members', values, memberAdded),
    onSuccess: async () => {
      form.reset();
      await refresh('/members', '/invitations');
    },
    onError: (error) =>
      setFailure(
        applyFieldErrors(error, form.setFieldError, (field) => (field in form.values ? field : undefined)),
      ),
  });
  const invitation = invite.data?.invitation ?? null;
  return (
    <Section
      title="Add a colleague"
      hint="Who has an account joins at once; anybody else gets an invitation."
    >
      <Form
        errors={form.errors}
        onSubmit={form.onSubmit((values) => {
          setFailure(null);
          invite.mutate(values);
        })}
      >
        <Stack>
          <FormAlert message={failure} />
          <Group align="start">
            <TextInput
              label="E-mail"
              type="email"
              style={{ flex: '1 1 240px' }}
              {...form.getInputProps('email')}
            />
            <Select
              label="Role"
              data={roleChoices}
              allowDeselect={false}
              w={250}
              {...form.getInputProps('role')}
            />
            <Button type="submit" loading={invite.isPending} mt={25}>
              Add
            </Button>
          </Group>
          {invitation !== null && <Invitation email={invitation.email} token={invitation.token} />}
        </Stack>
      </Form>
    </Section>
  );
}

function Invitation({ email, token }: { email: string; token: string }) {
  return (
    <Alert color="teal" title={`Send this link to ${email}`}>
      <Stack gap="xs">
        <Text size="sm">It is shown this once; whoever opens it joins the workspace.</Text>
        <CodeBlock label="the invitation link" code={invitationLink(token)} />
      </Stack>
    </Alert>
  );
}
