import { sessionResponse, signupRequest } from '@foretell/core/contracts/control-api/accounts';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { schemaResolver, useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { session } from '../../api/session.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { WelcomeFrame } from './welcome-frame.tsx';

export function SignUpPage() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const invitation = search.get('invitation');
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '', password: '', ...(invitation === null ? { workspace: '' } : { invitation }) },
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
      title={invitation === null ? 'Create your workspace' : 'Join your colleagues'}
      lead="From your data to predictions behind an API, with an experiment that proves their worth."
      other={{ question: 'Already have one?', label: 'Sign in', to: '/sign-in' }}
    >
      <Form
        errors={form.errors}
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
          {invitation === null && (
            <TextInput
              label="Workspace"
              description="Your product or team: what you share with colleagues."
              autoComplete="organization"
              {...form.getInputProps('workspace')}
            />
          )}
          <Button type="submit" loading={signUp.isPending}>
            {invitation === null ? 'Create workspace' : 'Join'}
          </Button>
        </Stack>
      </Form>
    </WelcomeFrame>
  );
}
