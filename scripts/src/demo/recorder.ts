import type { Printer } from './print.ts';
import { writeReport, type DemoReport, type Figures } from './report.ts';

/** Runs the steps in order: each is printed, timed and in the report, whether it went well or not. */
export function createRecorder(file: string, report: DemoReport, printer: Printer) {
  return {
    async step<T>(
      name: string,
      title: string,
      run: () => Promise<{ figures: Figures; result: T }>,
    ): Promise<T> {
      printer.step(title);
      const started = performance.now();
      const took = () => Math.round(performance.now() - started);
      try {
        const { figures, result } = await run();
        report.steps.push({ name, ok: true, ms: took(), figures });
        return result;
      } catch (error) {
        report.steps.push({
          name,
          ok: false,
          ms: took(),
          figures: {},
          error: error instanceof Error ? error.message : String(error),
        });
        throw error;
      } finally {
        writeReport(file, report);
      }
    },
    finish(ok: boolean) {
      report.ok = ok;
      report.finishedAt = new Date().toISOString();
      writeReport(file, report);
    },
  };
}
export type Recorder = ReturnType<typeof createRecorder>;
