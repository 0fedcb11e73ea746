"""Runs compiled jobs on Spark: spark-submit run_job.py RUN_URI [RUN_URI ...]

RUN_URI is a folder of one run alone. It holds job.json (spark-jobs/src/spark/spark-job.ts); the outputs go beside it as
Parquet and, last, manifest.json: readers trust only what it names. failure.json, in its place, holds the cause.
All logic is in the job's statements: nothing of a recipe is decided here.
"""

import hashlib
import json
import sys
import traceback

from pyspark.sql import SparkSession


def run(spark, uri):
    path, system = hadoop(spark, f"{uri}/manifest.json")
    if system.exists(path):
        return  # submitted twice: the first has finished
    text = spark.read.text(f"{uri}/job.json", wholetext=True).first()[0]
    job = json.loads(text)
    for name, value in job["conf"].items():
        spark.conf.set(name, value)
    for view, paths in job["sources"].items():
        spark.read.parquet(*paths).createTempView(view)
    for statement in job["statements"]:
        spark.sql(statement["sql"]).createTempView(statement["view"])
        if statement["cached"]:
            spark.catalog.cacheTable(statement["view"])
    files = [file for output in job["outputs"] for file in write_output(spark, uri, output)]
    figures = {}
    for view in job["manifest"]["figures"]:
        figures.update({name: plain(value) for name, value in spark.table(view).first().asDict().items()})
    manifest = {
        "version": 1,
        "engine": f"spark {spark.version}",
        "job": hashlib.sha256(text.encode()).hexdigest(),
        "files": files,
        "columns": job["manifest"]["columns"],
        "figures": figures,
    }
    write_new(spark, f"{uri}/manifest.json", manifest)


def write_output(spark, uri, output):
    """Spark makes a folder of the asked name: each file in it is named, in the order of its rows."""
    folder = f"{uri}/{output['file']}"
    spark.table(output["view"]).write.parquet(folder)
    counted = spark.read.parquet(folder).groupBy("_metadata.file_name").count().collect()
    rows = {name: count for name, count in counted}
    path, system = hadoop(spark, folder)
    files = [(status.getPath().getName(), status.getLen()) for status in system.listStatus(path)]
    parts = sorted((name, size) for name, size in files if name.endswith(".parquet"))
    return [{"file": f"{output['file']}/{name}", "rows": rows.get(name, 0), "bytes": size} for name, size in parts]


def plain(value):
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def hadoop(spark, uri):
    path = spark._jvm.org.apache.hadoop.fs.Path(uri)
    return path, path.getFileSystem(spark._jsc.hadoopConfiguration())


def write_new(spark, uri, content):
    path, system = hadoop(spark, uri)
    stream = system.create(path, False)
    try:
        stream.write(bytearray(json.dumps(content).encode()))
    finally:
        stream.close()


def attempt(spark, uri):
    """A session of its own for each run: its settings, views and cached tables are gone with it."""
    try:
        run(spark, uri)
        return True
    except Exception as error:
        traceback.print_exc()
        write_new(spark, f"{uri}/failure.json", {"version": 1, "error": str(error)})
        return False
    finally:
        spark.catalog.clearCache()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    session = SparkSession.builder.getOrCreate()
    results = [attempt(session.newSession(), uri.rstrip("/")) for uri in sys.argv[1:]]
    session.stop()
    sys.exit(0 if all(results) else 1)
