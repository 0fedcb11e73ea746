import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from '../processes/child.ts';
import { waitUntilReady } from '../processes/wait-until-ready.ts';

export interface Registry {
  /** host:port, which an image's name begins with. */
  readonly host: string;
  /** The digest a tag or digest stands for, or null. */
  digestOf(repository: string, reference: string): Promise<string | null>;
  tagsOf(repository: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];

/** A real image registry (Debian's docker-registry) on loopback: what ECR is to docker. */
export async function startRegistry({ port, dir }: { port: number; dir: string }): Promise<Registry> {
  const host = `127.0.0.1:${port}`;
  await mkdir(dir, { recursive: true });
  const config = join(dir, 'config.yml');
  const storage = {
    filesystem: { rootdirectory: join(dir, 'images') },
    cache: { blobdescriptor: 'inmemory' },
  };
  await writeFile(
    config,
    JSON.stringify({ version: '0.1', log: { level: 'warn' }, storage, http: { addr: host } }),
  );
  const child = await startChild({
    name: 'docker-registry',
    command: 'docker-registry',
    args: ['serve', config],
    environment: {},
    logFile: join(dir, 'registry.log'),
  });
  await waitUntilReady(child, `http://${host}/v2/`);
  return {
    host,
    async digestOf(repository, reference) {
      const url = `http://${host}/v2/${repository}/manifests/${reference}`;
      const answer = await fetch(url, { method: 'HEAD', headers: { accept: manifestTypes.join(', ') } });
      return answer.ok ? answer.headers.get('docker-content-digest') : null;
    },
    async tagsOf(repository) {
      const answer = await fetch(`http://${host}/v2/${repository}/tags/list`);
      if (!answer.ok) return [];
      return ((await answer.json()) as { tags: string[] | null }).tags ?? [];
    },
    stop: () => child.stop(),
  };
}
