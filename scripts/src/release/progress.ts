/** What an operator sees while a release goes on. */
export interface Progress {
  say(line: string): void;
  begin(name: string): void;
  /** Where a wait is at. */
  detail(text: string): void;
  end(how: 'done' | 'failed', seconds: number): void;
}

interface Out {
  write(text: string): void;
}

const marks = { done: '✓', failed: '✗' } as const;

/** A line a step, and each new detail of a wait on a line of its own: for logs. */
export function plainProgress(out: Out): Progress {
  let [name, last] = ['', ''];
  return {
    say: (line) => out.write(`${line}\n`),
    begin(step) {
      [name, last] = [step, ''];
    },
    detail(text) {
      if (text !== last) out.write(`  ${name}: ${text}\n`);
      last = text;
    },
    end: (how, seconds) => out.write(`${marks[how]} ${name} (${seconds} s)\n`),
  };
}

/** The step at hand on one line that is written anew each second, the past ones above it. */
export function liveProgress(out: Out, now: () => Date): Progress {
  let [name, text, begun] = ['', '', 0];
  let timer: NodeJS.Timeout | null = null;
  const clear = '\r\u001b[2K';
  const draw = () => {
    const seconds = Math.round((now().getTime() - begun) / 1000);
    out.write(`${clear}… ${name} (${seconds} s)${text === '' ? '' : `: ${text}`}`.slice(0, 200));
  };
  return {
    say: (line) => out.write(`${clear}${line}\n`),
    begin(step) {
      [name, text, begun] = [step, '', now().getTime()];
      timer ??= setInterval(draw, 1000).unref();
      draw();
    },
    detail(given) {
      text = given;
      draw();
    },
    end(how, seconds) {
      if (timer) clearInterval(timer);
      timer = null;
      out.write(`${clear}${marks[how]} ${name} (${seconds} s)\n`);
    },
  };
}
