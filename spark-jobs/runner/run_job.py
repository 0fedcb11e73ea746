"""Runs compiled jobs on Spark: spark-submit run_job.py RUN_URI [RUN_URI ...]

RUN_URI is a folder of one run alone. It holds job.json (spark-jobs/src/spark/spark-job.ts); the outputs go beside it as
Parquet and, last, manifest.json: readers trust only what it names. failure.json, in its place, holds the cause.
All logic is in the job's statements: nothing of a recipe is decided here.
"""

import hashlib
import json
import sys
import traceback

from py4j.protocol import Py4JError
from pyspark.sql import DataFrame, SparkSession


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
    create_views(spark, job["statements"])
    files = [file for output in job["outputs"] for file in write_output(spark, uri, output)]
    figures = {}
    for view in job["manifest"]["figures"]:
        figures.update({name: plain(value) for name, value in spark.table(view).first().asDict().items()})
    trained = train(spark, uri, job["training"]) if "training" in job else {}
    manifest = {
        **trained,
        "version": 1,
        "engine": f"spark {spark.version}",
        "job": hashlib.sha256(text.encode()).hexdigest(),
        "files": files,
        "columns": job["manifest"]["columns"],
        "figures": figures,
    }
    write_new(spark, f"{uri}/manifest.json", manifest)


def create_views(spark, statements):
    for statement in statements:
        spark.sql(statement["sql"]).createTempView(statement["view"])
        if statement["cached"]:
            spark.catalog.cacheTable(statement["view"])


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


def train(spark, uri, training):
    """SynapseML's LightGBM on what was written: the model's text, and rows with its own raw scores. Nothing when not wanted."""
    spark.read.parquet(f"{uri}/{training['from']}").createTempView("written")
    create_views(spark, training["statements"])
    if not spark.table(training["wanted"]).first()[0]:
        return {}
    lightgbm = spark._jvm.com.microsoft.azure.synapse.ml.lightgbm
    learner = getattr(lightgbm, training["learner"])()
    learner.setFeaturesCol("features").setLabelCol("label").setValidationIndicatorCol("is_validation")
    learner.setCategoricalSlotIndexes(array(spark, spark._jvm.int, training["categorical"]))
    learner.setObjective(training["objective"])
    learner.setNumIterations(training["rounds"])
    learner.setEarlyStoppingRound(training["patience"])
    learner.setMatrixType("dense")
    learner.setPassThroughArgs(" ".join(f"{name}={lower(value)}" for name, value in training["parameters"].items()))
    # The rows lie in the order of time: bins are drawn from all of them, and every task gets an even share.
    learner.setSamplingMode("global")
    rows = with_features(spark, training, training["rows"]).repartition(spark.sparkContext.defaultParallelism)
    model = learner.fit(rows._jdf)
    write_text(spark, f"{uri}/model.txt", model.getNativeModel())
    files = []
    for output in training["outputs"]:
        if output["scored"]:
            spark.catalog.dropTempView("scored")
            scored(spark, training, model, output["view"]).createTempView("scored")
        files += write_output(spark, uri, {**output, "view": "scored" if output["scored"] else output["view"]})
    library = {"library": "synapseml-lightgbm", "version": model.getClass().getPackage().getImplementationVersion() or ""}
    return {"training": {**library, "model": "model.txt", "files": files}}


def with_features(spark, training, view):
    """The inputs as one vector; NULL becomes NaN, which is missing to LightGBM."""
    assembler = spark._jvm.org.apache.spark.ml.feature.VectorAssembler()
    assembler.setInputCols(array(spark, spark._jvm.java.lang.String, training["inputs"]))
    assembler.setOutputCol("features").setHandleInvalid("keep")
    return DataFrame(assembler.transform(spark.table(view)._jdf), spark)


def scored(spark, training, model, view):
    rows = model.transform(with_features(spark, training, view)._jdf)
    if training["learner"] == "LightGBMClassifier":
        raw = spark._jvm.org.apache.spark.ml.functions.vector_to_array(rows.col("rawPrediction"), "float64")
    else:
        raw = spark._jvm.org.apache.spark.sql.functions.expr("array(prediction)")
    return DataFrame(rows.withColumn("raw", raw), spark).select(*spark.table(view).columns, "raw")


def array(spark, kind, values):
    made = spark.sparkContext._gateway.new_array(kind, len(values))
    for index, value in enumerate(values):
        made[index] = value
    return made


def lower(value):
    return str(value).lower() if isinstance(value, bool) else value


def plain(value):
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def hadoop(spark, uri):
    path = spark._jvm.org.apache.hadoop.fs.Path(uri)
    return path, path.getFileSystem(spark._jsc.hadoopConfiguration())


def write_new(spark, uri, content):
    write_text(spark, uri, json.dumps(content))


def write_text(spark, uri, text):
    path, system = hadoop(spark, uri)
    stream = system.create(path, False)
    try:
        stream.write(bytearray(text.encode()))
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


def leave(session, status):
    """SynapseML leaves a thread behind that keeps a driver in client mode from ending; YARN ends those in cluster mode."""
    jvm, mode = session._jvm, session.conf.get("spark.submit.deployMode", "client")
    session.stop()
    if mode == "client":
        try:
            jvm.java.lang.System.exit(status)
        except Py4JError:
            pass  # It has ended while it was asked to.
    sys.exit(status)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    session = SparkSession.builder.getOrCreate()
    results = [attempt(session.newSession(), uri.rstrip("/")) for uri in sys.argv[1:]]
    leave(session, 0 if all(results) else 1)
