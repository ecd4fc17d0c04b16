ACTUAL = "actual"
PREDICTED = "predicted"
