#!/usr/bin/env python3
"""Writes reference cases of the public model in every configuration that its constructor takes.

    reference_cases.py --named FOLDER                 the cases that the tests read
    reference_cases.py --random 200 --tool ../../.build/release/highmmt
                                                      draws configurations, writes each as a case, and
                                                      lets `highmmt verify-reference` compare it with
                                                      both arithmetics

Logits, latents, losses, every gradient and ten steps of Adam are compared. The values are computed in
double precision. Some random configurations are so badly conditioned, such as a LayerNorm over two
values, that the public model itself misses them in single precision by more than half the tolerance;
these are counted and left out. The last line of a random campaign counts the cases and gives the
largest error of each kind of value.

Needs: pip install torch numpy einops safetensors; pip install --no-deps perceiver-multi-modality-pytorch
"""

import argparse
import contextlib
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import torch
from highmmt_peer import Peer, adam_of, losses_of
from perceiver_pytorch.modalities import InputModality
from perceiver_pytorch.multi_modality_perceiver import MultiModalityPerceiver
from safetensors.torch import save_file

# A large epsilon keeps gradients that are zero but for rounding from deciding the direction of a step.
ADAM = {"lr": 2e-3, "weight_decay_l2": 1e-3, "betas": [0.8, 0.99], "eps": 1e-5}
SIZES = {
    "depth": 1, "num_latents": 3, "latent_dim": 4, "cross_heads": 1, "latent_heads": 2, "cross_dim_head": 3,
    "latent_dim_head": 3, "cross_depth": 1, "crossmodal_cross_heads": 2, "num_latent_blocks_per_layer": 1,
    "use_gelu": False, "pool_latents": False,
}


def modality(name, channels=2, axes=1, bands=2, max_frequency=6.0, base=2):
    return {"name": name, "channels": channels, "axes": axes, "frequency_bands": bands,
            "max_frequency": max_frequency, "frequency_base": base}


def workload(modalities, tasks, tied=False, embedding="learned 3-wide", **sizes):
    """A case without its values. `tasks` maps a name to its modalities with the sizes of their axes."""
    channels = {one["name"]: one["channels"] for one in modalities}
    return {
        "modalities": modalities, "config": SIZES | sizes, "modality_embedding": embedding, "tied": tied,
        "tasks": {
            name: {"modalities": {m: [*axes, channels[m]] for m, axes in streams.items()}, "outputs": 2 + index % 2,
                   "weight": 1.0 + 0.5 * index,
                   "loss": ["cross entropy", "binary cross entropy", "mean squared error"][index % 3]}
            for index, (name, streams) in enumerate(tasks.items())},
        "adam": ADAM,
    }


def named_cases():
    """One case per way in which a configuration may differ from the published ones."""
    two = [modality("image", 3, 2, 1, 10.0), modality("text", 5, 1, 2, 1.0)]
    both = {"both": {"image": [2, 3], "text": [4]}}
    every = both | {"alone": {"text": [3]}}
    return {
        "head-widths": workload(two, every, cross_dim_head=5, latent_dim_head=2),
        "self-attentions": workload(two, every, num_latent_blocks_per_layer=2),
        "tied-self-attentions": workload(two, both, True, num_latent_blocks_per_layer=2, depth=3,
                                         latent_heads=1),
        "untied-layers": workload(two, both, depth=2, cross_depth=2),
        "no-frequencies": workload([modality("image", 3, 2, 0), modality("text", 5, 1, 0)], every),
        "frequencies": workload([modality("image", 3, 2, 5, 20.0, 3), modality("text", 1, 1, 1, 4.0)], every),
        "pooled": workload(two, every, pool_latents=True, cross_depth=2),
        "plain-feed-forward": workload(two, every, use_gelu=True),
        "one-latent": workload(two, every, num_latents=1, embedding="one-hot"),
        "one-channel-one-token": workload(
            [modality("image", 1, 3, 1), modality("text", 1, 1, 0)],
            {"both": {"image": [1, 1, 1], "text": [1]}, "alone": {"text": [1]}}),
    }


def random_case(seed):
    draw = random.Random(seed)
    pick, chance = draw.choice, lambda share: draw.random() < share
    modalities = [
        modality(f"m{index}", pick([1, 1, 2, 3, 9, 20]), pick([1, 1, 2, 3]), pick([0, 1, 2, 3, 6]),
                 pick([1.0, 4.0, 10.0]), pick([2, 2, 3]))
        for index in range(draw.randint(1, 4))]
    tasks = {}
    for number in range(draw.randint(1, 3)):
        used = draw.sample(modalities, draw.randint(1, min(3, len(modalities))))
        tasks[f"t{number}"] = {one["name"]: [pick([1, 1, 2, 3, 5]) for _ in range(one["axes"])] for one in used}
    return workload(
        modalities, tasks, tied=chance(0.4), embedding=pick(["one-hot", f"learned {pick([1, 4, 10])}-wide"]),
        depth=pick([1, 1, 2, 3]), cross_depth=pick([1, 1, 2, 3]), num_latents=pick([1, 2, 3, 5, 12]),
        latent_dim=pick([4, 7, 8, 16, 16, 32]), cross_heads=pick([1, 1, 2, 4]), latent_heads=pick([1, 2, 3, 6]),
        cross_dim_head=pick([1, 3, 8, 16, 40]), latent_dim_head=pick([1, 3, 8, 16, 40]),
        crossmodal_cross_heads=pick([1, 2, 4]), num_latent_blocks_per_layer=pick([1, 1, 2, 3]), use_gelu=chance(0.25),
        pool_latents=chance(0.25))


def model_of(case):
    model = Peer(case, case["tied"])
    for name, parameter in model.named_parameters():
        # Normalisations begin as the identity, which would hide mistakes in them.
        if "norm" in name or name.startswith("to_logitslist") and ".0." in name:
            parameter.data += 0.2 * torch.randn_like(parameter)
    return model


def record(model, latents):
    """Keeps the latents of every stream as `forward` computes them."""
    run, tokens, streams = type(model).run, type(model).tokens.__get__(model), []

    def noting(name, data):
        streams.append(name)
        return tokens(name, data)

    def running(layers, x, context):
        result = run(layers, x, context)
        if layers is model.layers:
            latents.append((streams[-1], result))
        return result

    model.tokens, model.run = noting, running


@contextlib.contextmanager
def double_attention():
    """The package's attention converts queries and keys to single precision; this keeps them as they are."""
    single = torch.Tensor.float
    torch.Tensor.float = lambda tensor: tensor
    try:
        yield
    finally:
        torch.Tensor.float = single


def values_of(case, model, inputs, targets):
    """Returns outputs, gradients and the losses of ten steps of Adam."""
    latents = []
    record(model, latents)
    named = dict(model.named_parameters(remove_duplicate=False))
    # As in the published reference values, Adam receives a shared parameter once per name.
    optimiser = adam_of(case, list(named.values()))
    outputs, gradients, curve = {}, {}, []
    for step in range(10):
        optimiser.zero_grad()
        latents.clear()
        logits = model(inputs)
        each = losses_of(case, logits, targets)
        total = sum(case["tasks"][name]["weight"] * loss for name, loss in each.items())
        total.backward()
        if step == 0:
            outputs = {f"{task}/logits": value.detach().clone() for task, value in logits.items()}
            order = [(task, name) for task in inputs for name in sorted(inputs[task])]
            for (task, expected), (name, value) in zip(order, latents, strict=True):
                assert expected == name
                outputs[f"{task}/{name}/latents"] = value.detach().clone()
            gradients = {name: torch.zeros_like(value) if value.grad is None else value.grad.clone()
                         for name, value in named.items()}
        curve.append({"total": total.item(), **{name: loss.item() for name, loss in each.items()}})
        optimiser.step()
    return outputs, gradients, curve


def is_well_conditioned(single, double):
    """True when single precision is within half of the tolerances of `verify-reference`."""
    def error(found, expected, floor=0):
        scale = max(expected.abs().max().item(), floor)
        difference = (found.double() - expected).abs().max().item()
        return difference / scale if scale > 0 else difference

    largest = max(value.abs().max().item() for value in double[1].values())
    outputs = all(error(single[0][name], value) < 5e-6 for name, value in double[0].items())
    gradients = all(error(single[1][name], value, largest * 1e-3) < 5e-5 for name, value in double[1].items())
    curve = all(abs(a[name] - b[name]) / max(abs(b[name]), 1e-12) < 5e-5
                for a, b in zip(single[2], double[2]) for name in b)
    return outputs and gradients and curve


def write(folder, case, seed, batch):
    """Computes the values of a case and writes it. Returns true when it is well conditioned."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True)
    model = model_of(case)
    inputs = {name: {m: torch.randn(batch, *shape) for m, shape in task["modalities"].items()}
              for name, task in case["tasks"].items()}
    targets = {
        name: torch.randint(task["outputs"], [batch]) if task["loss"] == "cross entropy"
        else torch.randint(2, [batch, task["outputs"]]).float() if task["loss"].startswith("binary")
        else torch.randn(batch, task["outputs"]) for name, task in case["tasks"].items()}
    check_pooling(case, model, inputs)
    weights = {name: value.detach().clone() for name, value in model.named_parameters(remove_duplicate=False)}
    exact = copy.deepcopy(model).double()
    double_inputs = {task: {name: data.double() for name, data in own.items()} for task, own in inputs.items()}
    double_targets = {task: data.double() if data.is_floating_point() else data for task, data in targets.items()}
    with double_attention():
        double = values_of(case, exact, double_inputs, double_targets)
    single = values_of(case, model, inputs, targets)

    outputs, gradients, curve = double
    save_file(weights, folder / "weights.safetensors")
    save_file({name: value.float() for name, value in outputs.items()}, folder / "outputs.safetensors")
    save_file({name: value.float() for name, value in gradients.items()}, folder / "gradients.safetensors")
    save_file({f"{t}/{m}": v for t, own in inputs.items() for m, v in own.items()}, folder / "inputs.safetensors")
    save_file({f"{t}/target": v for t, v in targets.items()}, folder / "targets.safetensors")
    first = {name: value for name, value in curve[0].items() if name != "total"}
    described = {key: value for key, value in case.items() if key != "tied"}
    described |= {"batch": batch, "losses_step0": first, "total_step0": curve[0]["total"], "loss_curve": curve}
    (folder / "case.json").write_text(json.dumps(described, indent=1) + "\n")
    return is_well_conditioned(single, double)


def check_pooling(case, model, inputs):
    """Compares a model of one modality that pools with the package's own class, whose model it is."""
    config = case["config"]
    if len(case["modalities"]) > 1 or not config["pool_latents"] or case["modality_embedding"] != "one-hot":
        return
    one = case["modalities"][0]
    name, task = next(iter(case["tasks"].items()))
    package = MultiModalityPerceiver(
        modalities=[InputModality(one["name"], one["channels"], one["axes"], one["frequency_bands"],
                                  one["max_frequency"], one["frequency_base"])],
        weight_tie_layers=case["tied"], num_classes=task["outputs"],
        **{key: config[key] for key in (
            "depth", "num_latents", "latent_dim", "cross_heads", "latent_heads", "cross_dim_head", "latent_dim_head",
            "num_latent_blocks_per_layer", "use_gelu")})
    state = {key.replace("to_logitslist.0", "to_logits"): value for key, value in model.state_dict().items()}
    package.load_state_dict({key: value for key, value in state.items() if key in package.state_dict()})
    with torch.no_grad():
        difference = (package(inputs[name]) - model({name: inputs[name]})[name]).abs().max().item()
    assert difference < 1e-5, f"the peer differs from the package by {difference}"


def campaign(count, first, tool):
    """Verifies random cases. Returns true when all pass."""
    worst, failed, left_out, verified, seed = {}, [], 0, 0, first - 1
    while verified < count:
        seed += 1
        case = random_case(seed)
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / "case"
            if not write(folder, case, seed, batch=1 + seed % 4):
                left_out += 1
                continue
            verified += 1
            if verified % 20 == 0:
                print(f"{verified} verified", file=sys.stderr, flush=True)
            for arithmetic in ("automatic", "composed"):
                command = [tool, "verify-reference", str(folder), "--json", "--threads", "1", "--arithmetic", arithmetic]
                run = subprocess.run(command, capture_output=True, text=True)
                found = json.loads(run.stdout)["comparisons"] if run.stdout else []
                for comparison in found:
                    kind = comparison["kind"]
                    worst[kind] = max(worst.get(kind, 0), comparison["largest_error"])
                if run.returncode != 0:
                    failed.append(seed)
                    print(f"FAIL seed {seed} {arithmetic}: {run.stderr.strip()} {json.dumps(found)}", flush=True)
    errors = ", ".join(f"{kind} {error:.1e}" for kind, error in worst.items())
    print(f"{verified} configurations, {len(set(failed))} failed, {left_out} left out; largest errors: {errors}")
    return not failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--named", type=pathlib.Path, metavar="FOLDER", help="write the cases of the tests")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="verify N random configurations")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the seed of the first of them")
    parser.add_argument("--tool", default="highmmt", help="the command-line tool")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.named:
        for index, (name, case) in enumerate(named_cases().items()):
            write(options.named / name, case, index, batch=2)
    if options.random and not campaign(options.random, options.first, options.tool):
        sys.exit(1)


if __name__ == "__main__":
    main()
