import { failureInWords } from './failure-words.ts';

test.each([
  [
    'java.lang.OutOfMemoryError: GC overhead limit exceeded',
    'Spark ran out of memory: give its workers more, or take fewer rows.',
  ],
  [
    'Container killed by YARN for exceeding memory limits. 5.5 GB of 5.5 GB physical memory used.',
    'Spark ran out of memory: give its workers more, or take fewer rows.',
  ],
  ['java.io.IOException: No space left on device', 'Spark ran out of disk: give its workers more.'],
  [
    '[PATH_NOT_FOUND] Path does not exist: s3://lake/a.parquet.',
    'A file of the feature set is not there: Path does not exist: s3://lake/a.parquet.',
  ],
  [
    'org.apache.spark.SparkArithmeticException: [CAST_OVERFLOW] The value 1.0E300D of the type "DOUBLE" cannot be cast to "BIGINT" due to an overflow.',
    'A value in the data is out of range: The value 1.0E300D of the type "DOUBLE" cannot be cast to "BIGINT" due to an overflow.',
  ],
  [
    'com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403)',
    'Spark may not read or write what the job names: Access Denied (Service: Amazon S3; Status Code: 403)',
  ],
  [
    'INFO one\npy4j.protocol.Py4JJavaError: An error occurred',
    'Spark failed: py4j.protocol.Py4JJavaError: An error occurred',
  ],
  ['INFO nothing of note', 'Spark failed, and left no word of why.'],
])('the log %j says: %s', (log, words) => {
  expect(failureInWords(log).words).toBe(words);
});

test('only the last lines of a long log are kept', () => {
  const log = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
  expect(failureInWords(log).tail.split('\n')).toHaveLength(40);
  expect(failureInWords(log).tail).toMatch(/line 99$/);
});

test('what the platform itself says is told where the log is silent', () => {
  expect(failureInWords('', 'Job execution timed out after 90 minutes').words).toBe(
    'Spark failed: Job execution timed out after 90 minutes',
  );
});
