"""Writes the checkpoints beside this file with PyTorch 2.13: python generate.py"""

import os
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent


class Description:
    def __init__(self, name, size):
        self.name, self.size = name, size


class Command:
    def __reduce__(self):
        return os.system, ("touch executed",)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 2)
        self.rest = nn.ModuleList([nn.LayerNorm(2), nn.Sequential(nn.Linear(2, 2, bias=False))])
        numbers = torch.arange(6, dtype=torch.float32)
        with torch.no_grad():
            self.first.weight.copy_(numbers.reshape(2, 3))
            self.first.bias.copy_(torch.tensor([0.5, -1.5]))
            self.rest[1][0].weight = nn.Parameter((10 + numbers[:4]).reshape(2, 2).T)
        self.rest.append(self.first)
        self.part = nn.Parameter((20 + torch.arange(12.0)).reshape(3, 4)[1:, ::2])
        self.register_buffer("steps", torch.tensor([7, 2**40]))
        self.register_buffer("halves", torch.tensor([0.5, -2], dtype=torch.float16))
        self.modalities = (Description("image", 2), Description("sound", 1))
        self.activation = nn.functional.gelu


torch.save(Model(), HERE / "module.pt")
torch.save(Model().state_dict(), HERE / "state.pt")
torch.save({"model": Command(), "after": 3}, HERE / "command.pt")
torch.save({"x": torch.zeros(2, dtype=torch.bfloat16)}, HERE / "bfloat16.pt")
