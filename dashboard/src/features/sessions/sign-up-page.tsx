import { sessionResponse, signupRequest } from '@foretell/core/contracts/control-api';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { schemaResolver, useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { session } from '../../api/session.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { WelcomeFrame } from './welcome-frame.tsx';

export function SignUpPage() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '', password: '', workspace: '' },
    validate: schemaResolver(signupRequest, { sync: true }),
  });
  const signUp = useMutation({
    mutationFn: (values: typeof form.values) => sendJson('POST', '/signup', values, sessionResponse),
    onSuccess: ({ token }) => {
      queryClient.clear();
      session.start(token);
      void navigate('/');
    },
    onError: (error) =>
      setFailure(
        applyFieldErrors(error, form.setFieldError, (field) => (field in form.values ? field : undefined)),
      ),
  });
  return (
    <WelcomeFrame
      title="Create your workspace"
      lead="From your data to predictions behind an API, with an experiment that proves their worth."
      other={{ question: 'Already have one?', label: 'Sign in', to: '/sign-in' }}
    >
      <form
        noValidate
        onSubmit={form.onSubmit((values) => {
          setFailure(null);
          signUp.mutate(values);
        })}
      >
        <Stack>
          <FormAlert message={failure} />
          <TextInput label="Work e-mail" type="email" autoComplete="email" {...form.getInputProps('email')} />
          <PasswordInput
            label="Password"
            description="At least 12 characters."
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <TextInput
            label="Workspace"
            description="Your product or team: what you share with colleagues."
            autoComplete="organization"
            {...form.getInputProps('workspace')}
          />
          <Button type="submit" loading={signUp.isPending}>
            Create workspace
          </Button>
        </Stack>
      </form>
    </WelcomeFrame>
  );
}
