"""Reads SQL statements as a JSON list from stdin; answers of each what it is made of, by sqlglot's dialect of Redshift."""

import json
import sys

import sqlglot
from sqlglot import exp


def parts(sql):
    try:
        (tree,) = sqlglot.parse(sql, dialect="redshift", error_level=sqlglot.ErrorLevel.RAISE)
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        return {"error": str(error), "constructs": []}
    constructs = set()
    for node in tree.walk():
        if isinstance(node, exp.If) and isinstance(node.parent, exp.Case):
            constructs.add("WHEN of CASE")
        elif isinstance(node, exp.Anonymous):
            constructs.add(node.name.upper())
        elif isinstance(node, exp.Func):
            constructs.add(node.sql_name())
        else:
            constructs.add(type(node).__name__)
        if isinstance(node, exp.DataType):
            constructs.add(f"type {node.this.value}")
        if isinstance(node, exp.Join) and node.method:
            constructs.add(f"join {node.method}")
    return {"error": None, "constructs": sorted(constructs)}


json.dump([parts(sql) for sql in json.load(sys.stdin)], sys.stdout)
