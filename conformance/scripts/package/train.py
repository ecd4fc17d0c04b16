import sys

from trainer.model import fit

print(f"mean={fit([1, 2, 6])};", sys.argv[1:])
with open("/opt/ml/model/mean.txt", "w") as file:
    file.write(str(fit([1, 2, 6])))
