/** Long enough for a call to arrive, short enough for no answer to a load. */
const sentMs = 15;

interface Sender {
  send: (command: object, ...rest: unknown[]) => unknown;
}

/**
 * Kills this process with SIGKILL at the moment KILL_AT, for instance `during PutObjectCommand 2` ('never': not at all).
 * Every call of the given names to AWS has two moments: before it is sent, and sent but not answered; the number counts
 * calls of that name.
 */
export function killAtMoment(clients: readonly { prototype: object }[], names: ReadonlySet<string>): void {
  const killAt = process.env['KILL_AT'] ?? 'never';
  const calls = new Map<string, number>();
  const dieAt = (moment: string) => {
    if (moment === killAt) process.kill(process.pid, 'SIGKILL');
  };
  for (const client of clients) {
    const prototype = client.prototype as Sender;
    const { send } = prototype;
    prototype.send = function (this: Sender, command, ...rest) {
      const { name } = command.constructor;
      if (!names.has(name)) return send.call(this, command, ...rest);
      const count = (calls.get(name) ?? 0) + 1;
      calls.set(name, count);
      dieAt(`before ${name} ${count}`);
      const answer = send.call(this, command, ...rest);
      setTimeout(() => dieAt(`during ${name} ${count}`), sentMs);
      return answer;
    };
  }
}
