"""Counts the words of text files that are not in a list of others: word_count.py TEXTS LEFT_OUT COUNTS, each in S3."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from words import words_of

texts, left_out, target = sys.argv[1:]
spark = SparkSession.builder.appName("word count").getOrCreate()
words = spark.sparkContext.textFile(texts).flatMap(words_of).map(lambda word: (word,)).toDF(["word"])
others = spark.read.csv(left_out, header=True)
counts = words.join(others, "word", "left_anti").groupBy("word").count().orderBy(f.desc("count"), "word")
counts.coalesce(1).write.mode("overwrite").csv(target, header=True)
print(f"Spark {spark.version} counted {counts.count()} words")
spark.stop()
