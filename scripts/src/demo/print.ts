import type { Job } from '@foretell/core/contracts/control-api/jobs';

/** Plain lines for people: a step's title, then what it did, indented. */
export function createPrinter(write: (line: string) => void) {
  let number = 0;
  const line = (text: string) => {
    write(text === '' ? '' : `   ${text}`);
  };
  return {
    line,
    step: (title: string) => {
      write(`\n${++number}. ${title}`);
    },
    /** A line whenever the job begins something new, and one with what it measured of the last. */
    progress: () => {
      let last = '';
      let shown: string[] = [];
      return (job: Job) => {
        const done = Object.keys(job.figures).filter(
          (step) => job.status === 'succeeded' || step !== job.step,
        );
        for (const step of done.filter((name) => !shown.includes(name)))
          line(`  ${step}: ${figuresText(job.figures[step])}`);
        shown = done;
        if (job.step === last || job.step === '' || job.status === 'succeeded') return;
        last = job.step;
        line(`· ${String(Math.round(job.progress * 100)).padStart(2)} %  ${job.step} …`);
      };
    },
    /** A line each time another `step` of `what` are done. */
    every: (step: number, what: string) => (done: number) => {
      if (done % step === 0) line(`· ${thousands(done)} ${what}`);
    },
  };
}
export type Printer = ReturnType<typeof createPrinter>;

/** `labelRows: 299369, seconds: 10.4` as `label rows 299,369, seconds 10.4`; lists by their length. */
function figuresText(figures: unknown): string {
  if (typeof figures !== 'object' || figures === null) return String(figures);
  return Object.entries(figures)
    .map(
      ([name, value]) =>
        `${words(name)} ${Array.isArray(value) ? thousands(value.length) : shownValue(value)}`,
    )
    .join(', ');
}

const words = (name: string) =>
  name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
const shownValue = (value: unknown) => (typeof value === 'number' ? thousands(value) : JSON.stringify(value));

export const thousands = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: 4 });
export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
export const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;
/** With the sign always shown, in percentage points. */
export const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
