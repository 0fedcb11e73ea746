#!/usr/bin/env bash
# What Spark needs on this machine beside itself (EMR brings the first, and is told where the second is):
#   .tools/spark/s3a      its way to S3: Hadoop's S3A with those parts of the AWS SDK that it calls, 5 MB instead of 280
#   .tools/spark/trainer  SynapseML's LightGBM, and of what it names only what training loads, 13 MB instead of 54
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v java >/dev/null || exit 0

fetch() { # fetch FOLDER PACKAGES EXCLUDED JARS...: what Spark has in versions of its own is left out by naming the jars to keep
  local folder=.tools/spark/$1 packages=$2 excluded=$3 ivy=$PWD/.tools/spark/ivy
  shift 3
  [ "$(cat "$folder/packages" 2>/dev/null)" = "$packages" ] && return 0
  echo "set-up: jars for Spark in $folder"
  rm -rf "$folder" "$ivy" && mkdir -p "$folder"
  touch "$folder/nothing.py"
  if ! PYSPARK_PYTHON=.tools/spark/bin/python .tools/spark/bin/spark-submit --master 'local[1]' --conf "spark.jars.ivy=$ivy" \
    --packages "$packages" --exclude-packages "$excluded" "$folder/nothing.py" >"$folder/fetch.log" 2>&1; then
    tail -n 5 "$folder/fetch.log" >&2
    echo "set-up: could not fetch them; the suites that need them are skipped (in CI a skip fails)" >&2
    return 0
  fi
  local jar
  for jar in "$@"; do cp "$ivy"/jars/$jar*.jar "$folder/"; done
  rm -rf "$ivy"
  echo "$packages" > "$folder/packages"
}

sdk=1.12.262
s3a=org.apache.hadoop:hadoop-aws:3.3.4
for part in s3 sts dynamodb; do s3a+=,com.amazonaws:aws-java-sdk-$part:$sdk; done
fetch s3a "$s3a" com.amazonaws:aws-java-sdk-bundle org.apache.hadoop_hadoop-aws com.amazonaws_
fetch trainer com.microsoft.azure:synapseml-lightgbm_2.12:1.0.9 org.scala-lang:scala-reflect \
  com.microsoft io.spray org.scalactic org.apache.httpcomponents.client5 org.apache.httpcomponents.core5_httpcore5-5
