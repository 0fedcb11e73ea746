#!/usr/bin/env bash
# What Spark reads and writes S3 with on this machine (EMR brings its own): Hadoop's S3A with those parts of the AWS SDK that it
# calls, 5 MB instead of 280.
set -euo pipefail
cd "$(dirname "$0")/../.."
sdk=1.12.262
packages=org.apache.hadoop:hadoop-aws:3.3.4
for part in s3 sts dynamodb; do packages+=,com.amazonaws:aws-java-sdk-$part:$sdk; done
[ "$(cat .tools/spark/s3a/packages 2>/dev/null)" = "$packages" ] && exit 0
command -v java >/dev/null || exit 0
echo "set-up: Spark's way to S3 (jars in .tools/spark/s3a)"
rm -rf .tools/spark/s3a .tools/spark/ivy && mkdir -p .tools/spark/s3a
nothing=.tools/spark/s3a/nothing.py
touch "$nothing"
if ! PYSPARK_PYTHON=.tools/spark/bin/python .tools/spark/bin/spark-submit --master 'local[1]' --conf "spark.jars.ivy=$PWD/.tools/spark/ivy" \
  --packages "$packages" --exclude-packages com.amazonaws:aws-java-sdk-bundle "$nothing" >.tools/spark/s3a/fetch.log 2>&1; then
  tail -n 5 .tools/spark/s3a/fetch.log >&2
  echo "set-up: could not fetch them; the suites that need them are skipped (in CI a skip fails)" >&2
  exit 0
fi
# The rest of what was fetched, Spark has in versions of its own.
cp .tools/spark/ivy/jars/{org.apache.hadoop_hadoop-aws,com.amazonaws_}*.jar .tools/spark/s3a/
rm -rf .tools/spark/ivy
echo "$packages" > .tools/spark/s3a/packages
