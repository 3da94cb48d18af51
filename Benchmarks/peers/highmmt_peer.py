#!/usr/bin/env python3
"""The public HighMMT architecture on PyTorch, the peer that ours is timed against.

The model is assembled from the layers of `perceiver-multi-modality-pytorch`, which the public
implementation also uses. First it proves that it is that model by reproducing directories of
reference values (`--reference`): logits, every gradient and ten steps of Adam. Then it answers
commands on standard input with one line of JSON each, so that a driver can interleave programs:

    step 32            one training step at batch 32: forward of all tasks, weighted loss, backward, Adam
    infer 1            one forward pass at batch 1, without gradients
    define NAME {...}  a workload in the format of a reference case.json, for "step 32 NAME"
    peak               the peak memory of this process so far
    quit

Needs: pip install torch numpy einops; pip install --no-deps perceiver-multi-modality-pytorch
"""

import argparse
import json
import math
import mmap
import os
import resource
import struct
import sys
import time
import warnings

import torch
from perceiver_pytorch.caching import cache_by_name_fn
from perceiver_pytorch.common import build_perceiver_layers
from perceiver_pytorch.perceiver_pytorch import Attention, FeedForward, FeedForwardGELU, PreNorm, fourier_encode
from torch import nn

warnings.filterwarnings("ignore", message=".*duplicate parameters.*")

TOLERANCE = 1e-4


def read_safetensors(path):
    """Returns name → tensor. Each tensor owns its memory."""
    kinds = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "I32": torch.int32, "BOOL": torch.bool}
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        header.pop("__metadata__", None)
        tensors = {}
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            raw = bytearray(content[8 + length + first : 8 + length + last])
            tensors[name] = torch.frombuffer(raw, dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
        return tensors


def large_workload():
    """The large setting: nine modalities, four tasks, 20 latents of 64."""
    bands = {1: 3, 2: 6}

    def modality(name, channels, axes, frequency_bands=None):
        return {
            "name": name,
            "channels": channels,
            "axes": axes,
            "frequency_bands": frequency_bands or bands[axes],
            "max_frequency": 1,
            "frequency_base": 2,
        }

    return {
        "modalities": [
            modality("static", 1, 1, 6),
            modality("timeseries", 1, 2),
            modality("colorlessimage", 16, 2),
            modality("audiospec", 256, 2),
            modality("feature1", 35, 1),
            modality("feature2", 74, 1),
            modality("feature3", 300, 1),
            modality("feature4", 371, 1),
            modality("feature5", 81, 1),
        ],
        "config": {
            "depth": 1,
            "num_latents": 20,
            "latent_dim": 64,
            "cross_heads": 1,
            "latent_heads": 6,
            "cross_dim_head": 64,
            "latent_dim_head": 64,
            "cross_depth": 1,
            "crossmodal_cross_heads": 4,
        },
        "modality_embedding": "learned 10-wide",
        "tasks": {
            "mimic": {"modalities": {"static": [5, 1], "timeseries": [24, 12, 1]}, "outputs": 2, "weight": 1.2},
            "avmnist": {
                "modalities": {"colorlessimage": [7, 7, 16], "audiospec": [7, 7, 256]},
                "outputs": 10,
                "weight": 0.9,
            },
            "mosei": {
                "modalities": {"feature1": [50, 35], "feature2": [50, 74], "feature3": [50, 300]},
                "outputs": 2,
                "weight": 1.1,
            },
            "humor": {
                "modalities": {"feature4": [20, 371], "feature5": [20, 81], "feature3": [20, 300]},
                "outputs": 2,
                "weight": 1.5,
            },
        },
        "adam": {"lr": 8e-4, "weight_decay_l2": 1e-3, "betas": [0.9, 0.999], "eps": 1e-8},
    }


class Peer(nn.Module):
    """The public model for one workload. Parameter names are those of the public implementation."""

    def __init__(self, workload, tied=False):
        super().__init__()
        config = workload["config"]
        self.modalities = {modality["name"]: modality for modality in workload["modalities"]}
        self.order = [modality["name"] for modality in workload["modalities"]]
        self.task_order = list(workload["tasks"])
        self.width, self.count = config["latent_dim"], config["num_latents"]
        self.blocks, self.pools = config.get("num_latent_blocks_per_layer", 1), config.get("pool_latents", False)
        feed_forward = FeedForwardGELU if config.get("use_gelu", False) else FeedForward
        self.positions = {}

        # "one-hot" or "learned N-wide"
        kind, *learned = workload["modality_embedding"].split()
        self.identity_width = int(learned[0].removesuffix("-wide")) if learned else len(self.order)
        if learned:
            self.embed = nn.Parameter(torch.randn(len(self.order), self.identity_width))
        self.token_width = max(map(self.own_width, self.order)) + self.identity_width
        self.latents = nn.Parameter(torch.randn(self.count, self.width))

        # The public code builds these blocks of both stacks with cached functions, so weight tying
        # also ties the stacks to each other.
        def latent_attention():
            attention = Attention(self.width, heads=config["latent_heads"], dim_head=config["latent_dim_head"])
            return PreNorm(self.width, attention)

        self.shared = [
            cache_by_name_fn(lambda: PreNorm(self.width, feed_forward(self.width))),
            cache_by_name_fn(latent_attention),
            cache_by_name_fn(lambda: PreNorm(self.width, feed_forward(self.width))),
        ]
        self.layers = self.stack(
            config["depth"], tied, self.token_width, config["cross_heads"], config["cross_dim_head"])
        self.cross_layers = self.stack(
            config["cross_depth"], tied, self.width, config["crossmodal_cross_heads"], config["cross_dim_head"])
        self.to_logitslist = nn.ModuleList()
        for task in workload["tasks"].values():
            streams = len(task["modalities"])
            alone = 1 if self.pools else self.count
            features = self.width * (alone if streams == 1 else streams * (streams - 1))
            self.to_logitslist.append(
                nn.Sequential(nn.LayerNorm(features), nn.Linear(features, task["outputs"])))

    def own_width(self, name):
        """The number of channels and position features of a modality's tokens."""
        modality = self.modalities[name]
        return modality["channels"] + modality["axes"] * (2 * modality["frequency_bands"] + 1)

    def stack(self, depth, tied, context_width, cross_heads, cross_width):
        """`depth` layers of cross-attention, feed-forward and latent transformer."""

        def cross_attention():
            attention = Attention(self.width, context_width, heads=cross_heads, dim_head=cross_width)
            return PreNorm(self.width, attention, context_dim=context_width)

        layers = nn.ModuleList()
        build_perceiver_layers(
            layers, depth, cache_by_name_fn(cross_attention), *self.shared, tied,
            num_latent_blocks_per_layer=self.blocks)
        return layers

    def tokens(self, name, data):
        """The tokens [data | zeros | position | identity], (B, tokens, token width)."""
        axes, like = data.shape[1:-1], {"device": data.device, "dtype": data.dtype}
        key = (name, axes, *like.values())
        if key not in self.positions:
            modality = self.modalities[name]
            grid = torch.meshgrid(*(torch.linspace(-1.0, 1.0, size, **like) for size in axes), indexing="ij")
            features = fourier_encode(
                torch.stack(grid, dim=-1), modality["max_frequency"], modality["frequency_bands"],
                modality["frequency_base"])
            self.positions[key] = features.flatten(-2)
        padding = data.new_zeros(*data.shape[:-1], self.token_width - self.own_width(name) - self.identity_width)
        index = self.order.index(name)
        identity = (
            self.embed[index] if hasattr(self, "embed") else torch.eye(self.identity_width, **like)[index])
        joined = torch.cat(
            (
                data,
                padding,
                self.positions[key].expand(data.shape[0], *self.positions[key].shape),
                identity.expand(*data.shape[:-1], self.identity_width),
            ),
            dim=-1,
        )
        return joined.flatten(1, -2)

    @staticmethod
    def run(layers, x, context):
        for attention, feed_forward, transformer in layers:
            x = attention(x, context=context) + x
            x = feed_forward(x) + x
            x = transformer(x) + x
        return x

    def forward(self, inputs):
        """Maps task → modality → (B, axes..., channels) to task → (B, outputs)."""
        logits = {}
        for task, streams in inputs.items():
            encoded = []
            for name in sorted(streams):
                start = self.latents.expand(streams[name].shape[0], -1, -1)
                encoded.append(self.run(self.layers, start, self.tokens(name, streams[name])))
            if len(encoded) == 1:
                features = encoded[0].mean(dim=1) if self.pools else encoded[0].flatten(1)
            else:
                crossed = [
                    self.run(self.cross_layers, queries, context)
                    for i, queries in enumerate(encoded)
                    for j, context in enumerate(encoded)
                    if i != j
                ]
                features = torch.cat([x.mean(dim=1) if self.pools else x[:, -1] for x in crossed], dim=1)
            logits[task] = self.to_logitslist[self.task_order.index(task)](features)
        return logits


LOSSES = {
    "cross entropy": nn.functional.cross_entropy,
    "binary cross entropy": nn.functional.binary_cross_entropy_with_logits,
    "mean squared error": nn.functional.mse_loss,
}


def losses_of(workload, logits, targets):
    """Returns the loss of every task."""
    kinds = {name: task.get("loss", "cross entropy") for name, task in workload["tasks"].items()}
    return {task: LOSSES[kinds[task]](value, targets[task]) for task, value in logits.items()}


def adam_of(workload, parameters):
    adam = workload["adam"]
    return torch.optim.Adam(
        parameters, lr=adam["lr"], betas=tuple(adam["betas"]), eps=adam["eps"], weight_decay=adam["weight_decay_l2"])


def relative_error(actual, expected):
    scale = expected.abs().max().item()
    return (actual - expected).abs().max().item() / (scale if scale > 0 else 1)


def verify(directory, compiled):
    """Compares the peer with one directory of reference values."""
    with open(os.path.join(directory, "case.json"), encoding="utf-8") as file:
        case = json.load(file)
    tensors = {
        kind: read_safetensors(os.path.join(directory, kind + ".safetensors"))
        for kind in ("weights", "inputs", "targets", "outputs", "gradients")
    }
    weights = tensors["weights"]
    shared = ["layers.1.1.fn.net.0.weight", "layers.0.2.latent_blocks.1.0.fn.to_q.weight"]
    tied = any(
        name in weights and torch.equal(weights[name], weights.get("cross_" + name, torch.empty(0)))
        for name in shared)
    model = Peer(case, tied)
    model.load_state_dict(weights)
    run = torch.compile(model) if compiled else model
    inputs = {task: {} for task in case["tasks"]}
    for name, value in tensors["inputs"].items():
        task, modality = name.split("/")
        inputs[task][modality] = value
    targets = {name.split("/")[0]: value for name, value in tensors["targets"].items()}

    # The reference passes a tied tensor to Adam once per name, so Adam updates it twice per step.
    named = dict(model.named_parameters(remove_duplicate=False))
    optimiser = adam_of(case, list(named.values()))
    result = {"event": "reference", "case": os.path.basename(os.path.normpath(directory))}
    curve_error = 0.0
    for step, expected in enumerate(case["loss_curve"]):
        optimiser.zero_grad(set_to_none=True)
        logits = run(inputs)
        losses = losses_of(case, logits, targets)
        total = sum(case["tasks"][task]["weight"] * loss for task, loss in losses.items())
        total.backward()
        if step == 0:
            result["logits"] = max(
                relative_error(value.detach(), tensors["outputs"][task + "/logits"])
                for task, value in logits.items())
            missing = [name for name in named if name not in tensors["gradients"] and named[name].grad is not None]
            errors = {
                name: relative_error(named[name].grad, gradient)
                for name, gradient in tensors["gradients"].items()
                if named[name].grad is not None or gradient.abs().max() > 0
            }
            result["gradients"] = max(errors.values()) if not missing else math.inf
        curve_error = max(curve_error, abs(total.item() - expected["total"]) / abs(expected["total"]))
        optimiser.step()
    result["loss_curve"] = curve_error
    result["passed"] = all(result[key] <= TOLERANCE for key in ("logits", "gradients")) and curve_error <= 1e-3
    return result


class Workload:
    """A model, its optimiser and its data."""

    def __init__(self, description, options):
        torch.manual_seed(0)
        self.description, self.device = description, torch.device(options.device)
        description.setdefault("adam", large_workload()["adam"])
        self.model = Peer(description).to(self.device)
        self.run = torch.compile(self.model) if options.compile else self.model
        self.optimiser = adam_of(description, self.model.parameters())
        self.batches, self.warm = {}, set()

    def batch(self, size):
        if size not in self.batches:
            source = torch.Generator().manual_seed(size)
            inputs, targets = {}, {}
            for name, task in self.description["tasks"].items():
                inputs[name] = {
                    modality: torch.randn([size, *shape], generator=source).to(self.device)
                    for modality, shape in task["modalities"].items()
                }
                targets[name] = torch.randint(task["outputs"], [size], generator=source).to(self.device)
            self.batches[size] = inputs, targets
        return self.batches[size]

    def step(self, size):
        inputs, targets = self.batch(size)
        self.optimiser.zero_grad(set_to_none=True)
        losses = losses_of(self.description, self.run(inputs), targets)
        sum(self.description["tasks"][task].get("weight", 1.0) * loss for task, loss in losses.items()).backward()
        self.optimiser.step()

    def infer(self, size):
        inputs, _ = self.batch(size)
        with torch.inference_mode():
            self.run(inputs)

    def measure(self, kind, size, repetitions):
        """Milliseconds per repetition: the mean of `repetitions` in a row, without warm-up."""
        work = {"step": self.step, "infer": self.infer}[kind]
        if (kind, size) not in self.warm:
            for _ in range(2):
                work(size)
            self.warm.add((kind, size))
        self.synchronize()
        start = time.perf_counter()
        for _ in range(repetitions):
            work(size)
        self.synchronize()
        return (time.perf_counter() - start) * 1e3 / repetitions

    def synchronize(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def peak_bytes():
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def answer(result):
    print(json.dumps(result), flush=True)


def serve(options):
    descriptions, workloads = {"large": large_workload()}, {}
    for line in sys.stdin:
        words = line.split(None, 2)
        if not words:
            continue
        try:
            if words[0] == "quit":
                return
            if words[0] == "peak":
                answer({"command": "peak", "bytes": peak_bytes()})
            elif words[0] == "define":
                descriptions[words[1]] = json.loads(words[2])
                workloads.pop(words[1], None)
                answer({"command": "define", "workload": words[1]})
            elif words[0] in ("step", "infer"):
                name = words[2].strip() if len(words) > 2 else "large"
                if name not in workloads:
                    workloads[name] = Workload(descriptions[name], options)
                size = int(words[1])
                milliseconds = workloads[name].measure(words[0], size, options.repetitions)
                answer({"command": words[0], "batch": size, "workload": name, "ms": milliseconds})
            else:
                answer({"error": f"unknown command '{words[0]}'; known: step, infer, define, peak, quit"})
        except Exception as error:  # a failed command must not end the session
            answer({"error": f"{line.strip()[:60]}: {type(error).__name__}: {error}".splitlines()[0]})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", action="append", default=[], metavar="DIR", help="reference case to reproduce")
    parser.add_argument("--threads", type=int, default=0, help="threads for one operation; PyTorch's choice if 0")
    parser.add_argument("--compile", action="store_true", help="run the model under torch.compile")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--repetitions", type=int, default=1, help="repetitions that one answer averages over")
    options = parser.parse_args()
    if options.threads > 0:
        torch.set_num_threads(options.threads)
    for directory in options.reference:
        result = verify(directory, options.compile)
        answer(result)
        if not result["passed"]:
            sys.exit(f"the peer does not reproduce {directory}")
    answer({
        "event": "ready",
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "compile": options.compile,
        "device": options.device,
        "parameters": sum(p.numel() for p in Peer(large_workload()).parameters()),
    })
    serve(options)


if __name__ == "__main__":
    main()
