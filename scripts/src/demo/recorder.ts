import { writeReport, type DemoReport, type Figures } from './report.ts';

/** Runs the steps in order: each is timed and in the report, whether it went well or not. */
export function createRecorder(file: string, report: DemoReport) {
  return {
    async step<T>(name: string, run: () => Promise<{ figures: Figures; result: T }>): Promise<T> {
      const started = performance.now();
      const took = () => Math.round(performance.now() - started);
      try {
        const { figures, result } = await run();
        report.steps.push({ name, ok: true, ms: took(), figures });
        return result;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        report.steps.push({ name, ok: false, ms: took(), figures: {}, error: message });
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
