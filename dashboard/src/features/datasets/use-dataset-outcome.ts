import type { datasetCreated } from '@foretell/core/contracts/control-api/datasets';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { z } from 'zod';
import { applyFieldErrors } from '../../api/form-errors.ts';

type Created = z.output<typeof datasetCreated>;

/**
 * What becomes of a form that brings data: the dataset's page opens, or what the API found wrong stands at its fields, and
 * the rest of it in `failure`. `fieldOf` maps the API's field to the form's. `awaited` is called with each try.
 */
export function useDatasetOutcome(
  { setFieldError }: { setFieldError: (field: string, message: string) => void },
  fieldOf: (field: string) => string | undefined,
) {
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const awaited = () => {
    setFailure(null);
    return {
      onSuccess: ({ dataset, job }: Created) =>
        void navigate(`/datasets/${dataset.id}${job === null ? '' : `?job=${job.id}`}`),
      onError: (error: unknown) => setFailure(applyFieldErrors(error, setFieldError, fieldOf)),
    };
  };
  return { failure, awaited };
}
