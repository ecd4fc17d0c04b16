"""Writes TPC-H's tables as Parquet and its queries as JSON: generate.py SCALE FOLDER"""

import json
import os
import sys

import duckdb
import duckdb_extensions

scale, folder = float(sys.argv[1]), sys.argv[2]
os.makedirs(folder, exist_ok=True)
connection = duckdb.connect()
duckdb_extensions.import_extension("tpch", con=connection)
connection.sql("LOAD tpch")
connection.sql(f"CALL dbgen(sf={scale})")
tables = {}
for (table,) in connection.sql("SHOW TABLES").fetchall():
    columns = connection.sql(f"DESCRIBE {table}").fetchall()
    tables[table] = [[name, kind] for name, kind, *_ in columns]
    connection.sql(f"COPY {table} TO '{folder}/{table}.parquet' (FORMAT parquet)")
queries = [query for _, query in connection.sql("FROM tpch_queries()").fetchall()]
with open(f"{folder}/tpch.json", "w") as file:
    json.dump({"tables": tables, "queries": queries}, file)
