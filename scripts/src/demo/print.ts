import type { Job } from '@foretell/core/contracts/control-api';

/** Plain lines for people: a step's title, then what it did, indented. */
export function createPrinter(write: (line: string) => void) {
  let number = 0;
  return {
    step: (title: string) => {
      write(`\n${++number}. ${title}`);
    },
    line: (text: string) => {
      write(`   ${text}`);
    },
    /** A line whenever the job does something new. */
    progress: () => {
      let last = '';
      return (job: Job) => {
        if (job.step === last || job.step === '') return;
        last = job.step;
        write(`   · ${String(Math.round(job.progress * 100)).padStart(3)} %  ${job.step}`);
      };
    },
  };
}
export type Printer = ReturnType<typeof createPrinter>;

export const thousands = (n: number) => n.toLocaleString('en-US');
export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
export const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`;
/** With the sign always shown, in percentage points. */
export const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;
