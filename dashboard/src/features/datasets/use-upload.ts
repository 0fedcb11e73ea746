import { datasetCreated } from '@foretell/core/contracts/control-api/datasets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { sendFile } from './send-file.ts';

/** Becomes a new dataset, or the next version of one. */
export type UploadTarget = { name: string } | { dataset: string };

const create = (target: UploadTarget, upload: string) =>
  'dataset' in target
    ? sendJson('POST', `/datasets/${target.dataset}/feature-sets`, { upload }, datasetCreated)
    : sendJson(
        'POST',
        '/datasets',
        { name: target.name, source: { kind: 'upload', upload } },
        datasetCreated,
      );

/** Sends a file to the lake and has it imported; `share` is how much of the file is sent, 0 to 1. */
export function useUpload() {
  const [share, setShare] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const queryClient = useQueryClient();
  const refresh = useRefresh();
  const mutation = useMutation({
    mutationFn: async ({ target, file }: { target: UploadTarget; file: File }) => {
      const abort = new AbortController();
      stop.current = abort;
      setShare(0);
      return create(target, await sendFile(file, setShare, abort.signal));
    },
    onSuccess: ({ dataset, job }) => {
      queryClient.setQueryData([`/datasets/${dataset.id}`], dataset);
      if (job !== null) queryClient.setQueryData([`/jobs/${job.id}`], job);
      return refresh('/datasets');
    },
  });
  return { ...mutation, share, stop: () => stop.current?.abort(new Error('The upload was stopped.')) };
}
