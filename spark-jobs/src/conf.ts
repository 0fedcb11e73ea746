/** Settings under which Spark's answers are DuckDB's: the runner refuses to start without them. */
export const sparkConf: Record<string, string> = {
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.ansi.doubleQuotedIdentifiers': 'true',
  'spark.sql.legacy.storeAnalyzedPlanForView': 'true',
  'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
};
