"""Fits a small network to rows whose last column is nearly a linear function of the others."""

import argparse
import importlib
import os

import numpy
import torch
import torch.distributed as distributed
import torchmetrics

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument("--learning-rate", type=float, default=0.01)
arguments = parser.parse_args()

torch.manual_seed(0)

for name in "cv2 matplotlib.pyplot pandas PIL psutil requests scipy seaborn sklearn.metrics torchvision.transforms tqdm yaml".split():
    importlib.import_module(name)
print("the packages that examples use are there")


def read(channel):
    rows = torch.tensor(numpy.load(os.path.join(os.environ[f"SM_CHANNEL_{channel}"], "rows.npy")), dtype=torch.float32)
    return rows[:, :-1], rows[:, -1:]


(x, y), (x_test, y_test) = read("TRAIN"), read("TEST")
model = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=arguments.learning_rate)
for epoch in range(arguments.epochs):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    if epoch % 10 == 9:
        print(f"epoch={epoch}; train_loss={loss.item():.6f};")
with torch.no_grad():
    print(f"test_mse={torchmetrics.functional.mean_squared_error(model(x_test), y_test).item():.6f};")
print("gloo", distributed.is_gloo_available())
torch.save(model.state_dict(), os.path.join(os.environ["SM_MODEL_DIR"], "model.pth"))
