"""Writes the reference case of this folder.

A small PyTorch model, its outputs, gradients and ten Adam steps. The layers are those of the public
implementation, from the package perceiver-multi-modality-pytorch 1.3.1:

    pip install torch==2.13.0 numpy safetensors einops
    pip install --no-deps perceiver-multi-modality-pytorch==1.3.1
    python generate.py
"""

import json
import pathlib

import torch
from perceiver_pytorch.common import build_perceiver_layers
from perceiver_pytorch.caching import cache_by_name_fn
from perceiver_pytorch.perceiver_pytorch import Attention, FeedForward, PreNorm, fourier_encode
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent
WIDTH, LATENTS, HEAD, IDENTITY, BATCH = 12, 5, 4, 3, 3
CONFIG = dict(depth=2, num_latents=LATENTS, latent_dim=WIDTH, cross_heads=1, latent_heads=3, cross_dim_head=HEAD,
              latent_dim_head=HEAD, cross_depth=2, crossmodal_cross_heads=2)
# name: channels, axes, frequency bands, highest frequency, base of the spacing
MODALITIES = {"image": (4, 2, 3, 6.0, 2), "sound": (9, 1, 2, 1.0, 2), "table": (1, 1, 4, 10.0, 3), "text": (6, 1, 2, 1.0, 2)}
TASKS = {
    "second": dict(modalities={"image": [3, 2], "sound": [5]}, outputs=3, loss="cross entropy", weight=0.7),
    "first": dict(modalities={"table": [4], "text": [2], "sound": [7]}, outputs=2, loss="cross entropy", weight=1.3),
    "alone": dict(modalities={"table": [6]}, outputs=4, loss="binary cross entropy", weight=0.4),
}
ADAM = dict(lr=2e-3, weight_decay=1e-3, betas=(0.8, 0.99), eps=1e-7)


def position_width(name):
    _, axes, bands, _, _ = MODALITIES[name]
    return axes * (2 * bands + 1)


TOKEN = max(MODALITIES[m][0] + position_width(m) for m in MODALITIES) + IDENTITY


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.latents = torch.nn.Parameter(torch.randn(LATENTS, WIDTH))
        self.embed = torch.nn.Parameter(torch.randn(len(MODALITIES), IDENTITY))
        make = {
            "tokens": lambda: PreNorm(WIDTH, Attention(WIDTH, TOKEN, heads=1, dim_head=HEAD), context_dim=TOKEN),
            "partner": lambda: PreNorm(WIDTH, Attention(WIDTH, WIDTH, heads=2, dim_head=HEAD), context_dim=WIDTH),
            "forward": lambda: PreNorm(WIDTH, FeedForward(WIDTH)),
            "self": lambda: PreNorm(WIDTH, Attention(WIDTH, heads=3, dim_head=HEAD)),
            "self_forward": lambda: PreNorm(WIDTH, FeedForward(WIDTH)),
        }
        made = {name: cache_by_name_fn(function) for name, function in make.items()}
        self.layers, self.cross_layers = torch.nn.ModuleList(), torch.nn.ModuleList()
        for layers, first in ((self.layers, "tokens"), (self.cross_layers, "partner")):
            build_perceiver_layers(layers, 2, made[first], made["forward"], made["self"], made["self_forward"],
                                   weight_tie_layers=True)
        self.to_logitslist = torch.nn.ModuleList()
        for task in TASKS.values():
            n = len(task["modalities"])
            width = LATENTS * WIDTH if n == 1 else n * (n - 1) * WIDTH
            self.to_logitslist.append(
                torch.nn.Sequential(torch.nn.LayerNorm(width), torch.nn.Linear(width, task["outputs"])))

    def tokens(self, name, data):
        channels, _, bands, highest, base = MODALITIES[name]
        sizes = data.shape[1:-1]
        grid = torch.stack(torch.meshgrid(*[torch.linspace(-1, 1, size) for size in sizes], indexing="ij"), -1)
        position = fourier_encode(grid, highest, bands, base).flatten(len(sizes))
        identity = self.embed[list(MODALITIES).index(name)].expand(*data.shape[:-1], IDENTITY)
        padding = data.new_zeros(*data.shape[:-1], TOKEN - IDENTITY - channels - position_width(name))
        whole = torch.cat([data, padding, position.expand(len(data), *position.shape), identity], -1)
        return whole.flatten(1, -2)

    @staticmethod
    def through(layers, x, context):
        for attention, forward, transformer in layers:
            x = attention(x, context=context) + x
            x = forward(x) + x
            x = transformer(x) + x
        return x

    def forward(self, index, inputs):
        start = self.latents.expand(BATCH, -1, -1)
        encoded = {m: self.through(self.layers, start, self.tokens(m, inputs[m])) for m in sorted(inputs)}
        pairs = [self.through(self.cross_layers, encoded[a], encoded[b])[:, -1]
                 for a in encoded for b in encoded if a != b]
        joined = torch.cat(pairs, 1) if pairs else next(iter(encoded.values())).flatten(1)
        return self.to_logitslist[index](joined), encoded


def main():
    torch.manual_seed(11)
    torch.set_num_threads(1)
    model = Model()
    for name, parameter in model.named_parameters():
        if "norm" in name or name.endswith(("0.weight", "0.bias")) and "to_logitslist" in name:
            parameter.data += 0.2 * torch.randn_like(parameter)
    inputs = {t: {m: torch.randn(BATCH, *sizes, MODALITIES[m][0]) for m, sizes in task["modalities"].items()}
              for t, task in TASKS.items()}
    targets = {t: (torch.randint(0, 2, (BATCH, task["outputs"])).float() if task["loss"].startswith("binary")
                   else torch.randint(0, task["outputs"], (BATCH,))) for t, task in TASKS.items()}

    def losses():
        result, outputs = {}, {}
        for index, (name, task) in enumerate(TASKS.items()):
            logits, latents = model(index, inputs[name])
            outputs[f"{name}/logits"] = logits
            outputs.update({f"{name}/{m}/latents": z for m, z in latents.items()})
            loss = torch.nn.functional.binary_cross_entropy_with_logits if task["loss"].startswith("binary") \
                else torch.nn.functional.cross_entropy
            result[name] = loss(logits, targets[name])
        return result, outputs, sum(task["weight"] * result[name] for name, task in TASKS.items())

    by_name = dict(model.named_parameters(remove_duplicate=False))
    save_file({n: p.detach().clone() for n, p in by_name.items()}, FOLDER / "weights.safetensors")
    first, outputs, total = losses()
    total.backward()
    save_file({n: p.grad.clone() for n, p in by_name.items()}, FOLDER / "gradients.safetensors")
    save_file({n: v.detach().clone() for n, v in outputs.items()}, FOLDER / "outputs.safetensors")
    save_file({f"{t}/{m}": v for t, own in inputs.items() for m, v in own.items()}, FOLDER / "inputs.safetensors")
    save_file({f"{t}/target": v for t, v in targets.items()}, FOLDER / "targets.safetensors")

    # As in the published reference values, Adam receives a shared parameter once per name.
    adam = torch.optim.Adam(list(by_name.values()), **ADAM)
    curve = []
    for _ in range(10):
        adam.zero_grad()
        each, _, total = losses()
        curve.append({"total": total.item(), **{n: v.item() for n, v in each.items()}})
        total.backward()
        adam.step()
    case = {
        "modalities": [dict(name=n, channels=c, axes=a, frequency_bands=b, max_frequency=f, frequency_base=s)
                       for n, (c, a, b, f, s) in MODALITIES.items()],
        "config": CONFIG, "modality_embedding": f"learned {IDENTITY}-wide", "batch": BATCH, "tasks": TASKS,
        "losses_step0": {n: v for n, v in curve[0].items() if n != "total"}, "total_step0": curve[0]["total"],
        "adam": {"lr": ADAM["lr"], "weight_decay_l2": ADAM["weight_decay"], "betas": ADAM["betas"], "eps": ADAM["eps"]},
        "loss_curve": curve,
    }
    (FOLDER / "case.json").write_text(json.dumps(case, indent=1) + "\n")


if __name__ == "__main__":
    main()
