import { sessionRequest, sessionResponse } from '@foretell/core/contracts/control-api/accounts';
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

/** Where to go after signing in: only a path of this site. */
const safePath = (next: string | null) => (next !== null && /^\/(?![/\\])/.test(next) ? next : '/');

export function SignInPage() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const queryClient = useQueryClient();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: schemaResolver(sessionRequest, { sync: true }),
  });
  const signIn = useMutation({
    mutationFn: (values: typeof form.values) => sendJson('POST', '/sessions', values, sessionResponse),
    onSuccess: ({ token }) => {
      queryClient.clear();
      session.start(token);
      void navigate(safePath(search.get('next')));
    },
    onError: (error) =>
      setFailure(
        applyFieldErrors(error, form.setFieldError, (field) => (field in form.values ? field : undefined)),
      ),
  });
  return (
    <WelcomeFrame
      title="Sign in"
      lead="Welcome back."
      other={{ question: 'New here?', label: 'Create a workspace', to: '/sign-up' }}
    >
      <Form
        errors={form.errors}
        onSubmit={form.onSubmit((values) => {
          setFailure(null);
          signIn.mutate(values);
        })}
      >
        <Stack>
          <FormAlert message={failure} />
          <TextInput label="E-mail" type="email" autoComplete="email" {...form.getInputProps('email')} />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </Form>
    </WelcomeFrame>
  );
}
