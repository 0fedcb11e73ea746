import { member, memberRequest } from '@foretell/core/contracts/control-api';
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { schemaResolver, useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Section } from '../../widgets/section.tsx';
import { roleChoices } from './role-words.ts';

export function InviteForm() {
  const refresh = useRefresh();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '', role: 'editor' },
    validate: schemaResolver(memberRequest, { sync: true }),
  });
  const invite = useMutation({
    mutationFn: (values: typeof form.values) => sendJson('POST', '/members', values, member),
    onSuccess: async () => {
      form.reset();
      await refresh('/members');
    },
    onError: (error) =>
      setFailure(
        applyFieldErrors(error, form.setFieldError, (field) => (field in form.values ? field : undefined)),
      ),
  });
  return (
    <Section
      title="Invite a colleague"
      hint="They join this workspace when they first sign in with this e-mail."
    >
      <form
        noValidate
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
              Invite
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
