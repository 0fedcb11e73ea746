import type { SparkLogs } from './spark-logs.ts';

/** What a step printed. Its own log says what YARN calls the application, whose first container's logs are the driver's. */
export async function stepLog(logs: SparkLogs, clusterPrefix: string, stepId: string): Promise<string> {
  const submitted = await logs.read(`${clusterPrefix}steps/${stepId}/stderr.gz`);
  const application = /application_\d+_\d+/.exec(submitted)?.[0];
  if (application === undefined) return submitted;
  const keys = await logs.list(`${clusterPrefix}containers/${application}/`);
  const driver = keys.filter((key) => /_0+1\/(stderr|stdout)\.gz$/.test(key)).sort();
  const texts = await Promise.all(driver.map((key) => logs.read(key)));
  return texts.length === 0 ? submitted : texts.join('');
}
