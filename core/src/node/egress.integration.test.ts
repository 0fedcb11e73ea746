import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createEgress, type EgressOptions } from './egress.ts';
import { egressGet } from './egress-request.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function listen(listener: RequestListener): Promise<Server & { port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

const get = (options: EgressOptions, url: string, headers = {}, idleTimeoutMs = 30_000) =>
  egressGet(createEgress(options), new URL(url), {
    headers,
    idleTimeoutMs,
    signal: new AbortController().signal,
  });

async function textOf(response: IncomingMessage): Promise<string> {
  return Buffer.concat(await response.toArray()).toString();
}

const forbidden = { code: 'invalid', problems: [{ code: 'forbidden_host' }] };

test('a name that answers otherwise the second time is resolved once, and reached by the address that was checked', async () => {
  const targets: (string | undefined)[] = [];
  const proxy = await listen((_, response) => void response.end());
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    targets.push(request.url);
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
  const answers = [['8.8.8.8'], ['127.0.0.1']];
  const resolve = () => Promise.resolve(answers.shift() ?? []);
  const egress = createEgress({ allowedHosts: [], proxyUrl: `http://127.0.0.1:${proxy.port}`, resolve });
  (await egress.connect('rebinding.example', 443)).destroy();
  expect([targets, answers.length]).toEqual([['8.8.8.8:443'], 1]);
  await expect(egress.connect('rebinding.example', 443)).rejects.toMatchObject(forbidden);
});

test.each([
  ['a private address among public ones', ['8.8.8.8', '10.0.0.1']],
  ['the metadata of the cloud', ['169.254.169.254']],
  ['IPv4 within IPv6', ['::ffff:127.0.0.1']],
])('a name of %s is refused', async (_, addresses) => {
  const egress = createEgress({ allowedHosts: [], resolve: () => Promise.resolve(addresses) });
  await expect(egress.connect('name.example', 443)).rejects.toMatchObject(forbidden);
});

test('a name without an address, and one that is not there, are told so; a resolver that fails lets nothing through', async () => {
  const of = (resolve: NonNullable<EgressOptions['resolve']>) =>
    createEgress({ allowedHosts: [], resolve }).connect('name.example', 443);
  const unknown = { problems: [{ code: 'unknown_host' }] };
  await expect(of(() => Promise.resolve([]))).rejects.toMatchObject(unknown);
  const missing = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
  await expect(of(() => Promise.reject(missing))).rejects.toMatchObject(unknown);
  await expect(of(() => Promise.reject(new Error('no')))).rejects.toMatchObject({ code: 'unavailable' });
});

test('what the operator has allowed is reached, by its name alone', async () => {
  const server = await listen((_, response) => void response.end('inside'));
  const url = `http://127.0.0.1:${server.port}/`;
  expect(await textOf(await get({ allowedHosts: ['127.0.0.1'] }, url))).toBe('inside');
  await expect(get({ allowedHosts: ['10.0.0.1'] }, url)).rejects.toMatchObject({ code: 'invalid' });
});

test('a host that falls silent, before its answer or within it, is left after the idle time', async () => {
  const server = await listen((request, response) => {
    if (request.url === '/within') response.write('begun');
  });
  const from = (path: string) =>
    get({ allowedHosts: ['127.0.0.1'] }, `http://127.0.0.1:${server.port}${path}`, {}, 1000);
  await expect(from('/before')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(textOf(await from('/within'))).rejects.toThrow('aborted');
});

test('without TLS, with credentials within, or by another protocol no URL is fetched', async () => {
  for (const url of [
    'http://8.8.8.8/',
    'https://user:password@8.8.8.8/',
    'ftp://8.8.8.8/',
    'file:///etc/passwd',
  ])
    await expect(get({ allowedHosts: [] }, url)).rejects.toMatchObject({ code: 'invalid' });
});

test('a redirect is checked as the first URL is, and another origin is not given the credentials', async () => {
  const seen: (string | undefined)[] = [];
  const second = await listen((request, response) => {
    seen.push(request.headers.authorization);
    response.end('second');
  });
  const first = await listen((request, response) => {
    const to = request.url === '/out' ? 'http://169.254.169.254/latest/' : `http://127.0.0.1:${second.port}/`;
    response.writeHead(302, { location: request.url === '/loop' ? '/loop' : to }).end();
  });
  const from = (path: string) =>
    get({ allowedHosts: ['127.0.0.1'] }, `http://127.0.0.1:${first.port}${path}`, {
      authorization: 'secret',
    });
  expect(await textOf(await from('/'))).toBe('second');
  expect(seen).toEqual([undefined]);
  await expect(from('/out')).rejects.toMatchObject({ code: 'invalid' });
  await expect(from('/loop')).rejects.toThrow(/more than 3 times/);
});

test('through a proxy the checked address is asked for; with the proxy down nothing is reached, though it could be', async () => {
  const server = await listen((_, response) => void response.end('inside'));
  const proxy = await listen((_, response) => void response.writeHead(405).end());
  const asked: (string | undefined)[] = [];
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url);
    const onward = connect(server.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  });
  const options = { allowedHosts: ['127.0.0.1'], proxyUrl: `http://127.0.0.1:${proxy.port}` };
  const url = `http://127.0.0.1:${server.port}/`;
  expect(await textOf(await get(options, url))).toBe('inside');
  expect(asked).toEqual([`127.0.0.1:${server.port}`]);

  const down = { ...options, proxyUrl: 'http://127.0.0.1:9' };
  await expect(get(down, url)).rejects.toMatchObject({ code: 'unavailable' });
  proxy.removeAllListeners('connect');
  proxy.on(
    'connect',
    (_: IncomingMessage, socket: Socket) => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
  );
  await expect(get(options, url)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a port where nothing listens is told with the host and why', async () => {
  const { port } = await listen(() => undefined);
  const [server] = servers.splice(0);
  server?.close();
  const told = new RegExp(
    `^127\\.0\\.0\\.1, port ${port}, cannot be reached: the connection was refused: nothing listens`,
  );
  await expect(createEgress({ allowedHosts: ['127.0.0.1'] }).connect('127.0.0.1', port)).rejects.toThrow(
    told,
  );
});
