import { connection, type connectionChange } from '@foretell/core/contracts/sources';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { useRefresh } from '../../api/use-refresh.ts';

interface FormErrors {
  setFieldError: (field: string, message: string) => void;
}

/** Changes a connection; `failure` is what the API found wrong and no field of the form shows. */
export function useChangeConnection(
  id: string,
  form: FormErrors,
  fieldOf: (field: string) => string | undefined,
  onDone: () => void,
) {
  const refresh = useRefresh();
  const [failure, setFailure] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: (body: z.input<typeof connectionChange>) =>
      sendJson('PATCH', `/connections/${id}`, body, connection),
    onMutate: () => setFailure(null),
    onSuccess: async () => {
      await refresh('/connections');
      onDone();
    },
    onError: (error) => setFailure(applyFieldErrors(error, form.setFieldError, fieldOf)),
  });
  return { change, failure };
}
