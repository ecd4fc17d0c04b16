"""Exports a network that weighs three numbers as TorchScript: export.py FILE"""

import sys

import torch


class Weighted(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([1.0, 2.0, 4.0]))
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(x * self.weight).sum(dim=-1, keepdim=True)


torch.jit.script(Weighted()).save(sys.argv[1])
