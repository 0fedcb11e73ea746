import { datasetCreated, uploadResponse } from '@foretell/core/contracts/control-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { sendJson } from '../../api/client.ts';
import { putFile } from '../../api/put-file.ts';
import { useRefresh } from '../../api/use-refresh.ts';

/** Sends a file to the lake and makes a dataset of it; `share` is how much of the file is sent, 0 to 1. */
export function useUpload() {
  const [share, setShare] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const queryClient = useQueryClient();
  const refresh = useRefresh();
  const mutation = useMutation({
    mutationFn: async ({ name, file }: { name: string; file: File }) => {
      const abort = new AbortController();
      stop.current = abort;
      setShare(0);
      const upload = await sendJson(
        'POST',
        '/uploads',
        { filename: file.name, bytes: file.size },
        uploadResponse,
      );
      await putFile(upload, file, setShare, abort.signal);
      return sendJson(
        'POST',
        '/datasets',
        { name, source: { kind: 'upload', upload: upload.upload } },
        datasetCreated,
      );
    },
    onSuccess: ({ dataset, job }) => {
      queryClient.setQueryData([`/datasets/${dataset.id}`], dataset);
      if (job !== null) queryClient.setQueryData([`/jobs/${job.id}`], job);
      return refresh('/datasets');
    },
  });
  return { ...mutation, share, stop: () => stop.current?.abort() };
}
