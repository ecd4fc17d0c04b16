"""Fits models of Spark ML to columns that come as JSON on stdin, and prints what they learned as a line of JSON."""

import json
import sys

from pyspark.ml.feature import (
    IDF,
    PCA,
    CountVectorizer,
    Imputer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    RegexTokenizer,
    RobustScaler,
    StandardScaler,
    StringIndexer,
    Tokenizer,
    VectorAssembler,
)
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
columns = json.load(sys.stdin)
types = {"n": "bigint", "word": "string", "sentence": "string"}
schema = ", ".join(f"{name} {types.get(name, 'double')}" for name in columns)
rows = spark.createDataFrame(list(zip(*columns.values())), schema).coalesce(1)


def vectors(*names):
    return VectorAssembler(inputCols=list(names), outputCol="v").transform(rows)


def listed(vector):
    return [float(one) for one in vector.toArray()]


def fitted(estimator, frame):
    return estimator.setInputCol("v").setOutputCol("o").fit(frame)


said = {}
for name in ("x", "y"):
    frame = vectors(name)
    standard = fitted(StandardScaler(withMean=True), frame)
    robust = fitted(RobustScaler(lower=0.25, upper=0.75), frame)
    least = fitted(MinMaxScaler(), frame)
    said[name] = {
        "standard": [listed(standard.mean)[0], listed(standard.std)[0]],
        "robust": [listed(robust.median)[0], listed(robust.range)[0]],
        "ends": [listed(least.originalMin)[0], listed(least.originalMax)[0]],
        "most": listed(fitted(MaxAbsScaler(), frame).maxAbs)[0],
        "scaled": [listed(row.o)[0] for row in standard.transform(frame).collect()],
    }
for strategy in ("mean", "median"):
    model = Imputer(strategy=strategy, inputCols=["gaps", "n"], outputCols=["a", "b"]).fit(rows)
    said[strategy] = list(model.surrogateDF.first())
    said[f"{strategy} filled"] = [list(row) for row in model.transform(rows).select("a", "b").collect()]

indexer = StringIndexer(inputCol="word", outputCol="place", handleInvalid="keep").fit(rows)
said["labels"] = indexer.labels
placed = indexer.transform(rows)
said["places"] = [row.place for row in placed.select("place").collect()]
hot = OneHotEncoder(inputCol="place", outputCol="hot", dropLast=True).fit(placed)
said["hot"] = [listed(row.hot) for row in hot.transform(placed).select("hot").collect()]

for name, tokenizer in (("standard", Tokenizer()), ("custom", RegexTokenizer(pattern="\\W+", minTokenLength=2))):
    tokens = tokenizer.setInputCol("sentence").setOutputCol("tokens").transform(rows)
    said[f"{name} tokens"] = [row.tokens for row in tokens.select("tokens").collect()]
    counter = CountVectorizer(inputCol="tokens", outputCol="counts", minDF=3, maxDF=0.5, vocabSize=1_000).fit(tokens)
    counts = counter.transform(tokens)
    idf = IDF(inputCol="counts", outputCol="weighed", minDocFreq=5).fit(counts)
    said[name] = dict(zip(counter.vocabulary, listed(idf.idf)))
    said[f"{name} order"] = counter.vocabulary

scaled = StandardScaler(inputCol="v", outputCol="s", withMean=True).fit(vectors("x", "y", "z"))
standardized = scaled.transform(vectors("x", "y", "z"))
components = PCA(k=3, inputCol="s", outputCol="p").fit(standardized)
said["components"] = [[float(one) for one in column] for column in components.pc.toArray().T]
said["projected"] = [listed(row.p) for row in components.transform(standardized).select("p").collect()]
print(json.dumps(said))
spark.stop()
