"""The HighMMT model in PyTorch, with the parameters of a trained run.

This file depends on `torch` and `safetensors` alone, so that it can be copied. It computes the same
function as the Swift program, written for readers instead of for speed. In shapes, B is the batch,
n the number of latents and d their width.

In the folder that `highmmt export` writes:

    from model import HighMMT
    model = HighMMT.from_folder(".")
    model.predict("digits", {"image": images, "audio": sounds})

Source: Liang et al., "High-Modality Multimodal Transformer", TMLR 2023.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

Json = dict[str, Any]


def check_weights(file: str | Path) -> None:
    """Raises ValueError if a file of weights does not match the CRC-32 of its bytes in its own metadata.

    Files without a checksum, which other programs write, pass.
    """
    content = Path(file).read_bytes()
    header = content[8:8 + int.from_bytes(content[:8], "little")]
    try:
        stated = json.loads(header).get("__metadata__", {}).get("checksum")
    except ValueError:
        return  # The reader of the file says what is wrong with its header.
    if stated is None:
        return
    found = f"crc32:{zlib.crc32(content.replace(stated.encode(), b'crc32:00000000', 1)):08x}"
    if found != stated:
        raise ValueError(f"{file} is damaged: its checksum is {found}, expected {stated}; restore it from a copy")


class HighMMT(nn.Module):
    """A multitask model: shared Perceiver encoders, shared crossmodal blocks and a head per task.

    The names of the parameters are those of the checkpoints, except as `attribute` says.
    """

    def __init__(self, record: Json) -> None:
        """Creates the model that a run's `model.json` describes, with zeros as parameters."""
        super().__init__()
        if record.get("format") != 1 or "learns_placeholders" not in record.get("configuration", {}):
            raise ValueError("model.json has another format; train or export the run with this version of highmmt")
        self.record = record
        sizes: Json = record["configuration"]
        self.sizes = sizes
        self.tasks: dict[str, Json] = {task["name"]: task for task in record["tasks"]}
        shapes = [modality for task in record["tasks"] for modality in task["modalities"]]
        self.identities = sorted({shape["identity"] for shape in shapes})
        learned = sizes["identity"].get("learned")
        self.has_identities = "none" not in sizes["identity"]
        self.identity_width = learned["width"] if learned else len(self.identities) if self.has_identities else 0
        widest = max(shape["channels"] + position_width(shape) for shape in shapes)
        self.token_width = sizes.get("token_width") or widest + self.identity_width

        streams = [(task["name"], shape["name"]) for task in record["tasks"] for shape in task["modalities"]]
        pairs = [(task["name"], *pair) for task in record["tasks"] for pair in self.pairs(task["name"])]
        self.encoder = Named({str(group): Encoder(sizes, self.token_width) for group in sorted(
            {self.encoder_group(*stream) for stream in streams})})
        self.crossmodal = Named({str(group): CrossmodalBlock(sizes) for group in sorted(
            {self.crossmodal_group(*pair) for pair in pairs})})
        self.head = Named({name: TaskHead(task, sizes, len(self.pairs(name))) for name, task in self.tasks.items()})
        self.identity = Named({
            name: nn.Parameter(torch.zeros(self.identity_width)) for name in self.identities if learned})
        self.summary = Named({
            name: SummaryPath(task) for name, task in self.tasks.items()
            if any("summary" in shape for shape in task["modalities"])})
        self.calibration = Named({
            name: constant(2) for name, task in self.tasks.items() if task.get("is_calibrated")})

    @classmethod
    def from_run(cls, run: str | Path, stage: str = "stage1") -> HighMMT:
        """Loads the kept parameters of a stage of a run: stage1, stage2 or pruned."""
        folder = Path(run)
        record = folder / ("model.json" if stage == "stage1" else f"{stage}/model.json")
        return cls.from_files(record, folder / stage / "best.safetensors")

    @classmethod
    def from_folder(cls, folder: str | Path) -> HighMMT:
        """Loads the folder that `highmmt export` wrote."""
        return cls.from_files(Path(folder) / "config.json", Path(folder) / "model.safetensors")

    @classmethod
    def from_files(cls, record: str | Path, weights: str | Path) -> HighMMT:
        """Loads a model from its record, `model.json` or `config.json`, and its parameters."""
        model = cls(json.loads(Path(record).read_text(encoding="utf-8")))
        check_weights(weights)
        stored = {attribute(name): tensor for name, tensor in load_file(weights).items()}
        # Tied layers are one parameter with several names; named_parameters gives the first.
        own = dict(model.named_parameters())
        if stored.keys() != own.keys():
            other = sorted(stored.keys() ^ own.keys())[0]
            raise ValueError(f"{weights}: '{other}' is not in both, the file and the model that {record} describes")
        with torch.no_grad():
            for name, parameter in own.items():
                if stored[name].shape != parameter.shape:
                    raise ValueError(f"{weights}: '{name}' has shape {list(stored[name].shape)}, expected "
                                     f"{list(parameter.shape)}")
                parameter.copy_(stored[name])
        return model.eval()

    def forward(self, task: str, inputs: Mapping[str, Tensor], masks: Mapping[str, Tensor] | None = None,
                present: Mapping[str, Tensor] | None = None) -> Tensor:
        """Returns the logits of a task, or its standardised regression values, `[B, outputs]`.

        The values are those of the dataset's files; the encoding that the run keeps is applied.

        # Shapes
        - `inputs`: by modality, float32 `[B, axes…, channels]`; a modality that is not there is
          missing from all samples
        - `masks`: bool `[B, axes…]`, true for valid tokens; by default all are
        - `present`: bool `[B]`, true for samples that have the modality; by default all have it
        """
        streams = self.streams(task, inputs, masks or {}, present or {})
        for name, stream in streams.items():
            self.check_stream(task, name, stream)
            stream.is_anywhere = bool(stream.present.any())
        return self.logits(task, streams)

    def logits(self, task: str, streams: Mapping[str, Stream]) -> Tensor:
        """Returns the logits of a task for the inputs of all its modalities, `[B, outputs]`."""
        streams = {name: self.encode(task, name, stream) for name, stream in streams.items()}
        latents = {
            name: self.encoder[self.encoder_group(task, name)](self.tokens(shape, stream), stream.token_mask)
            for name, shape in self.shapes(task).items() if (stream := streams[name]).is_anywhere}
        logits: Tensor = self.head[task](self.features(task, streams, latents))
        factors: Tensor | None = self.calibration[task] if task in self.calibration else None
        if factors is not None:
            logits = logits * factors[1]
        if task in self.summary:
            said = self.summary[task](streams)
            logits = logits + (said if factors is None else said * factors[0])
        return logits

    def predict(self, task: str, inputs: Mapping[str, Tensor], masks: Mapping[str, Tensor] | None = None,
                present: Mapping[str, Tensor] | None = None) -> Tensor:
        """Returns the probabilities of classes or labels, or numbers in the units of the target."""
        logits: Tensor = self(task, inputs, masks, present)
        objective = self.record["records"][task]["objective"]
        if objective["kind"] == "classification":
            return logits.softmax(dim=1)
        if objective["kind"] == "multilabel":
            return logits.sigmoid()
        return logits * logits.new_tensor(objective["deviation"]) + logits.new_tensor(objective["mean"])

    def classes(self, task: str) -> list[str] | None:
        """Returns the names of a task's classes or labels; `None` for regression."""
        names: list[str] | None = self.record["records"][task].get("classes")
        return names

    # Structure

    def shapes(self, task: str) -> dict[str, Json]:
        """Returns the modalities of a task, sorted by name."""
        if task not in self.tasks:
            raise ValueError(f"the model has no task '{task}'; it has {', '.join(self.tasks)}")
        return {shape["name"]: shape for shape in self.tasks[task]["modalities"]}

    def pairs(self, task: str) -> list[tuple[str, str]]:
        """Returns the ordered pairs (query, context) of a task's modalities."""
        names = list(self.shapes(task))
        kept = self.tasks[task].get("kept_pairs")
        return [(query, context) for query, context in product(names, names)
                if query != context and (kept is None or pair_name(task, query, context) in kept)]

    def encoder_group(self, task: str, modality: str) -> str:
        """Returns the group of streams that share an encoder."""
        return str(self.record["sharing"]["encoders"].get(f"{task}/{modality}", 0))

    def crossmodal_group(self, task: str, query: str, context: str) -> str:
        """Returns the group of pairs that share a crossmodal block; both directions are in one."""
        return str(self.record["sharing"]["crossmodal"].get(pair_name(task, query, context), 0))

    # Inputs

    def streams(self, task: str, inputs: Mapping[str, Tensor], masks: Mapping[str, Tensor],
                present: Mapping[str, Tensor]) -> dict[str, Stream]:
        """Returns the inputs of all modalities of a task, with zeros in place of what is missing."""
        shapes = self.shapes(task)
        for names in (inputs, masks, present):
            if unknown := [name for name in names if name not in shapes]:
                raise ValueError(f"task '{task}' has no modality '{unknown[0]}'; it has {', '.join(shapes)}")
        if not inputs:
            raise ValueError(f"task '{task}': expected at least one of {', '.join(shapes)}")
        count = next(iter(inputs.values())).shape[0]
        device = next(self.parameters()).device
        streams = {}
        for name in shapes:
            stored = self.stored_shape(task, name)
            data, mask, flags = inputs.get(name), masks.get(name), present.get(name)
            if data is None:
                data, flags = torch.zeros(count, *stored), torch.zeros(count, dtype=torch.bool)
            elif flags is None:
                flags = torch.ones(count, dtype=torch.bool)
            data, flags = data.to(device, torch.float32), flags.to(device, torch.bool)
            check(f"modality '{name}'", data, [count, *stored])
            check(f"presence of '{name}'", flags, [count])
            if mask is not None:
                mask = mask.to(device, torch.bool)
                check(f"mask of '{name}'", mask, [count, *stored[:-1]])
                data = data.masked_fill(~mask.unsqueeze(-1), 0)
            data = data.masked_fill(~flags.reshape(-1, *[1] * len(stored)), 0)
            streams[name] = Stream(data, mask, flags, is_anywhere=name in inputs)
        return streams

    def stored_shape(self, task: str, modality: str) -> list[int]:
        """Returns the sizes of a modality in the dataset's files, `[axes…, channels]`."""
        encoding = self.encoding(task, modality)
        channels = encoding["channels"] if encoding else self.shapes(task)[modality]["channels"]
        return [*self.record["records"][task]["axes"][modality], channels]

    def encoding(self, task: str, modality: str) -> Json | None:
        """Returns the encoding of a modality's stored values; `None` where they are tokens."""
        found: Json | None = (self.record["records"][task].get("encodings") or {}).get(modality)
        return found

    def can_be_missing(self, task: str, modality: str) -> bool:
        """Returns true if the model can predict the task without the modality."""
        learned = self.record["records"][task].get("absentable")
        return self.sizes["learns_placeholders"] and (learned is None or modality in learned)

    def check_stream(self, task: str, modality: str, stream: Stream) -> None:
        """Refuses numbers that are not finite, and a missing modality that training never lacked."""
        if not stream.data.isfinite().all():
            raise ValueError(f"modality '{modality}': expected finite numbers in valid tokens")
        if not stream.present.all() and not self.can_be_missing(task, modality):
            raise ValueError(f"a sample lacks modality '{modality}', which no training sample lacked")

    def encode(self, task: str, modality: str, stream: Stream) -> Stream:
        """Returns the stream as tokens, after the encoding that the run keeps."""
        encoding = self.encoding(task, modality)
        if encoding is None:
            return stream
        return Stream(*encoded(encoding, stream.data, stream.mask, stream.present), stream.present, stream.is_anywhere)

    def tokens(self, shape: Json, stream: Stream) -> Tensor:
        """Returns the tokens [data | zeros | position | identity], `[B, tokens, token width]`."""
        data = stream.data
        sizes = list(data.shape[1:-1])
        flat = data.flatten(1, -2)
        parts = [fourier_positions(shape, sizes).to(data)] if shape["has_positions"] else []
        parts.append(self.identity_vector(shape["identity"]).to(data).expand(flat.shape[1], -1))
        constant_part = torch.cat(parts, dim=1).expand(flat.shape[0], -1, -1)
        padding = flat.new_zeros(*flat.shape[:2], self.token_width - flat.shape[2] - constant_part.shape[2])
        return torch.cat([flat, padding, constant_part], dim=2)

    def identity_vector(self, name: str) -> Tensor:
        """Returns the vector that identifies a modality: learned, one-hot, or empty in models without."""
        if name in self.identity:
            vector: Tensor = self.identity[name]
            return vector
        if not self.has_identities:
            return torch.zeros(0)
        return F.one_hot(torch.tensor(self.identities.index(name)), len(self.identities)).float()

    # Features

    def features(self, task: str, streams: Mapping[str, Stream], latents: Mapping[str, Tensor]) -> Tensor:
        """Returns the input of a task's head, `[B, slots · slot width]`.

        A slot holds the last or the mean latent of a pair. If the context is missing, that of the
        query is added to the placeholder; if the query is missing, the placeholder stands alone.
        """
        placeholders: Tensor | None = self.head[task].placeholder
        if len(streams) == 1:
            (name, stream), = streams.items()
            if name not in latents and placeholders is not None:
                return placeholders.reshape(1, -1).expand(stream.data.shape[0], -1)
            values = read(self.sizes, latents[name]) if self.sizes.get("pools_latents") else latents[name].flatten(1)
            return chosen(stream.present, values, placeholders)
        columns = []
        for slot, (query, context) in enumerate(self.pairs(task)):
            placeholder = None if placeholders is None else placeholders[slot]
            here, both = streams[query].present, streams[query].present & streams[context].present
            column = torch.zeros(here.shape[0], self.sizes["width"], device=here.device)
            if placeholder is not None:
                column = column + placeholder
            if query in latents:
                column = torch.where(here[:, None], column + read(self.sizes, latents[query]), column)
            if query in latents and context in latents:
                block = self.crossmodal[self.crossmodal_group(task, query, context)]
                column = torch.where(both[:, None], block(latents[query], latents[context]), column)
            columns.append(column)
        return torch.cat(columns, dim=1)


class TaskModel(nn.Module):
    """One task of a model as a function of tensors, for `torch.export` and `torch.onnx.export`.

        part = TaskModel(model, "digits")
        torch.onnx.export(part, (), "digits.onnx", kwargs=part.samples(), dynamic_shapes=part.dynamic_shapes())

    It does not check values, since the exported program cannot: missing modalities that training
    never lacked give meaningless logits.
    """

    def __init__(self, model: HighMMT, task: str) -> None:
        super().__init__()
        self.model, self.task = model, task
        self.shapes = {name: model.stored_shape(task, name) for name in model.shapes(task)}
        self.train(model.training)

    def forward(self, inputs: dict[str, Tensor], masks: dict[str, Tensor], present: dict[str, Tensor]) -> Tensor:
        """Returns the logits, `[B, outputs]`; arguments as in `HighMMT`."""
        return self.model.logits(self.task, self.model.streams(self.task, inputs, masks, present))

    def samples(self, masked: Sequence[str] = (), count: int = 2) -> dict[str, dict[str, Tensor]]:
        """Returns arguments to export with: zeros, masks of the `masked` modalities, and the presence
        of all modalities that can be missing."""
        return {
            "inputs": {name: torch.zeros(count, *shape) for name, shape in self.shapes.items()},
            "masks": {name: torch.ones(count, *self.shapes[name][:-1], dtype=torch.bool) for name in masked},
            "present": {name: torch.ones(count, dtype=torch.bool) for name in self.shapes
                        if self.model.can_be_missing(self.task, name)}}

    def dynamic_shapes(self, masked: Sequence[str] = ()) -> dict[str, dict[str, dict[int, Any]]]:
        """Returns the shapes of `samples` for `torch.export`, with any number of samples."""
        batch = torch.export.Dim("batch")
        return {kind: {name: {0: batch} for name in tensors} for kind, tensors in self.samples(masked, 1).items()}


class Stream:
    """The input of one modality of a batch."""

    def __init__(self, data: Tensor, mask: Tensor | None, present: Tensor, is_anywhere: bool) -> None:
        self.data = data
        """`[B, axes…, channels]`, zero in invalid tokens and where the modality is missing."""
        self.mask = mask
        """True for valid tokens, `[B, axes…]`; `None` when all are valid."""
        self.present = present
        """True for samples that have the modality, `[B]`."""
        self.is_anywhere = is_anywhere
        """False if no sample has the modality, so that it need not be encoded."""

    @property
    def token_mask(self) -> Tensor | None:
        """The mask with its axes flattened, `[B, tokens]`."""
        return None if self.mask is None else self.mask.flatten(1)


class Encoder(nn.Module):
    """A Perceiver encoder: learned latents attend to the tokens of a stream in every layer.

    An encoder without layers adds its latents to a linear map of the means of tokens.
    """

    def __init__(self, sizes: Json, token_width: int) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.zeros(sizes["latents"], sizes["width"]))
        self.layer = layers(sizes["depth"], sizes, sizes["encoder"], token_width)
        self.projection = None if sizes["depth"] else nn.Linear(token_width, sizes["width"], bias=False)

    def forward(self, tokens: Tensor, mask: Tensor | None) -> Tensor:
        """`[B, tokens, token width]` → `[B, n, d]`."""
        x = self.latents.expand(tokens.shape[0], -1, -1)
        if self.projection is not None:
            means: Tensor = self.projection(part_means(tokens, mask, x.shape[1]))
            return x + means
        for layer in self.layer:
            x = layer(x, tokens, mask)
        return x


class CrossmodalBlock(nn.Module):
    """A Perceiver block in which the latents of one stream attend to those of another."""

    def __init__(self, sizes: Json) -> None:
        super().__init__()
        self.sizes = sizes
        self.layer = layers(sizes["crossmodal_depth"], sizes, sizes["crossmodal"], sizes["width"])

    def forward(self, query: Tensor, context: Tensor) -> Tensor:
        """`[B, n, d]` and `[B, n, d]` → the last latent or the mean of the latents, `[B, d]`."""
        x = query
        for layer in self.layer:
            x = layer(x, context, None)
        return read(self.sizes, x)


class PerceiverLayer(nn.Module):
    """Cross-attention and feed-forward, then the latent transformer: one or more times self-attention
    and feed-forward."""

    def __init__(self, sizes: Json, heads: Json, context_width: int) -> None:
        super().__init__()
        width, head_width = sizes["width"], sizes["head_width"]
        cross_head_width = sizes.get("cross_head_width") or head_width
        self.cross_attention = Attention(width, heads["cross"], cross_head_width, context_width)
        self.cross_feed_forward = FeedForward(sizes)
        self.blocks = latent_blocks(sizes)
        for attention, feed_forward in self.blocks:
            self.add_module(attention, Attention(width, heads["latent"], head_width, None))
            self.add_module(feed_forward, FeedForward(sizes))

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """The latent transformer is residual inside, and its result is added to its input again."""
        x = x + self.cross_attention(x, context, mask)
        x = x + self.cross_feed_forward(x)
        y = x
        for attention, feed_forward in self.blocks:
            y = y + getattr(self, attention)(y)
            y = y + getattr(self, feed_forward)(y)
        result: Tensor = y + x
        return result


class Attention(nn.Module):
    """Multi-head attention to a context, or to the own input when there is none; pre-normalised."""

    def __init__(self, width: int, heads: int, head_width: int, context_width: int | None) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        if context_width is not None:
            self.context_norm = nn.LayerNorm(context_width)
        self.query = nn.Linear(width, heads * head_width, bias=False)
        self.key_value = nn.Linear(context_width or width, 2 * heads * head_width, bias=False)
        self.output = nn.Linear(heads * head_width, width)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """`[B, n, d]`, context `[B, m, …]`, mask `[B, m]` true for what may be attended to."""
        x = self.norm(x)
        source = x if context is None else self.context_norm(context)
        keys, values = self.key_value(source).chunk(2, dim=-1)
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.query(x), keys, values))
        scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2)
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None], torch.finfo(scores.dtype).min)
        attended: Tensor = self.output((scores.softmax(dim=-1) @ v).transpose(1, 2).flatten(2))
        return attended


class FeedForward(nn.Module):
    """A gated feed-forward block: W₂·(u · gelu(v)) + b₂ with (u, v) = W₁·LN(x) + b₁.

    Without gates, it is W₂·gelu(v) + b₂ with v = W₁·LN(x) + b₁.
    """

    def __init__(self, sizes: Json) -> None:
        super().__init__()
        width, hidden = sizes["width"], sizes["width"] * sizes["expansion"]
        self.is_plain = bool(sizes.get("has_plain_feed_forward"))
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, hidden if self.is_plain else 2 * hidden)
        self.contract = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        if self.is_plain:
            plain: Tensor = self.contract(F.gelu(self.expand(self.norm(x))))
            return plain
        values, gates = self.expand(self.norm(x)).chunk(2, dim=-1)
        result: Tensor = self.contract(values * F.gelu(gates))
        return result


class TaskHead(nn.Module):
    """Layer normalisation and a linear layer, with placeholders for slots of missing modalities."""

    def __init__(self, task: Json, sizes: Json, pairs: int) -> None:
        super().__init__()
        is_single = len(task["modalities"]) == 1
        latents = 1 if sizes.get("pools_latents") else sizes["latents"]
        slots = (1, latents * sizes["width"]) if is_single else (pairs, sizes["width"])
        self.norm = nn.LayerNorm(slots[0] * slots[1])
        self.linear = nn.Linear(slots[0] * slots[1], task["outputs"])
        self.placeholder: Tensor | None = None
        if sizes["learns_placeholders"]:
            self.placeholder = nn.Parameter(torch.zeros(slots))

    def forward(self, features: Tensor) -> Tensor:
        logits: Tensor = self.linear(self.norm(features))
        return logits


class SummaryPath(nn.Module):
    """A linear map from simple statistics of the inputs, and piecewise-linear features of them, to
    the outputs; fitted before training."""

    def __init__(self, task: Json) -> None:
        super().__init__()
        self.bias = constant(task["outputs"])
        self.shapes: dict[str, Json] = {
            shape["name"]: shape["summary"] for shape in task["modalities"] if "summary" in shape}
        for name, shape in self.shapes.items():
            pieces = shape.get("pieces")
            width = shape["width"] + (pieces["statistics"] * pieces["intervals"] if pieces else 0)
            bounds = {"bounds": constant(pieces["statistics"], pieces["intervals"] + 1)} if pieces else {}
            self._modules[attribute(name)] = Named({
                **bounds, "mean": constant(width), "scale": constant(width),
                "weight": constant(task["outputs"], width), "absent": constant(task["outputs"])})

    def forward(self, streams: Mapping[str, Stream]) -> Tensor:
        """Returns `[B, outputs]`; a missing modality adds its own constant."""
        total: Tensor = self.bias[None]
        for name, shape in self.shapes.items():
            part, stream = self._modules[attribute(name)], streams[name]
            assert isinstance(part, Named)
            features = statistics(stream, shape)
            if "bounds" in part:
                features = torch.cat([features, piecewise(features, part["bounds"])], dim=1)
            known = ((features - part["mean"]) * part["scale"]).clamp(-6, 6)
            total = total + torch.where(stream.present[:, None], known @ part["weight"].T, part["absent"])
        return total


class Named(nn.Module):
    """Modules and parameters by name; unlike in `nn.ModuleDict`, every name is allowed."""

    def __init__(self, members: Mapping[str, nn.Module | nn.Parameter]) -> None:
        super().__init__()
        for name, member in members.items():
            if isinstance(member, nn.Parameter):
                self._parameters[attribute(name)] = member
            else:
                self._modules[attribute(name)] = member

    def __contains__(self, name: str) -> bool:
        return attribute(name) in self._modules or attribute(name) in self._parameters

    def __getitem__(self, name: str) -> Any:
        own = attribute(name)
        return self._modules[own] if own in self._modules else self._parameters[own]


EMPTY = nn.Module()


def attribute(path: str) -> str:
    """Returns the path of a parameter with other names for what `nn.Module` has itself, such as a task `train`."""
    return ".".join(f"{name}+" if hasattr(EMPTY, name) else name for name in path.split("."))


def layers(depth: int, sizes: Json, heads: Json, context_width: int) -> nn.ModuleList:
    """Returns the layers of a block. Tied ones share their cross-attention and feed-forward block
    with the second layer, and all self-attentions but the first with the first layer."""
    result = [PerceiverLayer(sizes, heads, context_width) for _ in range(depth)]
    if sizes["ties_layers"]:
        for layer in result[2:]:
            layer.cross_attention = result[1].cross_attention
            layer.cross_feed_forward = result[1].cross_feed_forward
        for layer in result[1:]:
            for names in latent_blocks(sizes)[1:]:
                for name in names:
                    setattr(layer, name, getattr(result[0], name))
    return nn.ModuleList(result)


def latent_blocks(sizes: Json) -> list[tuple[str, str]]:
    """Returns the names of the self-attentions of a layer and of the feed-forward blocks behind them."""
    suffixes = [""] + [f"_{index}" for index in range(1, sizes.get("self_attentions") or 1)]
    return [(f"self_attention{suffix}", f"self_feed_forward{suffix}") for suffix in suffixes]


def part_means(tokens: Tensor, mask: Tensor | None, parts: int) -> Tensor:
    """Returns the means of the valid tokens of parts, `[B, parts, token width]`.

    Part i begins at token ⌊i·T/parts⌋ and ends before ⌈(i + 1)·T/parts⌉.
    """
    count = tokens.shape[1]
    part, token = torch.arange(parts, device=tokens.device)[:, None], torch.arange(count, device=tokens.device)
    first, end = part * count // parts, ((part + 1) * count + parts - 1) // parts
    members = ((token >= first) & (token < end)).to(tokens)[None]
    if mask is not None:
        members = members * mask[:, None].to(tokens)
    return members / members.sum(dim=-1, keepdim=True).clamp(min=1) @ tokens


def read(sizes: Json, latents: Tensor) -> Tensor:
    """Returns the part of the latents that a slot of a head holds, `[B, n, d]` → `[B, d]`."""
    return latents.mean(dim=1) if sizes.get("pools_latents") else latents[:, -1]


def constant(*shape: int) -> nn.Parameter:
    """Returns a parameter that is not trained by gradients."""
    return nn.Parameter(torch.zeros(shape), requires_grad=False)


def pair_name(task: str, first: str, second: str) -> str:
    """Returns the name of a pair in either direction."""
    return f"{task}/{'+'.join(sorted([first, second]))}"


def check(what: str, tensor: Tensor, shape: Sequence[int]) -> None:
    """Refuses a tensor of another shape."""
    if list(tensor.shape) != list(shape):
        raise ValueError(f"{what}: shape {list(tensor.shape)}, expected {list(shape)}")


def chosen(flags: Tensor, values: Tensor, otherwise: Tensor | None) -> Tensor:
    """Returns rows of `values` where flags are true, and `otherwise` elsewhere."""
    return values if otherwise is None else torch.where(flags[:, None], values, otherwise.reshape(1, -1))


# Positions


def position_width(shape: Json) -> int:
    """Returns the width of the position in a token."""
    return int(shape["axes"] * (2 * shape["frequency_bands"] + 1)) if shape["has_positions"] else 0


def fourier_positions(shape: Json, sizes: Sequence[int]) -> Tensor:
    """Returns the Fourier encoding of a grid, `[tokens, position width]`.

    Positions p are equally spaced from −1 to 1 along each axis. An axis contributes sin(π·s·p) and
    cos(π·s·p) for every scale s, and p itself.
    """
    base, bands = shape["frequency_base"], shape["frequency_bands"]
    stop = math.log(shape["max_frequency"] / 2) / math.log(base)
    scales = base ** spaced(1, stop, bands)
    axes = []
    for size in sizes:
        positions = spaced(-1, 1, size)[:, None]
        angles = positions * scales * math.pi
        axes.append(torch.cat([angles.sin(), angles.cos(), positions], dim=1))
    grids = torch.meshgrid(*[torch.arange(size) for size in sizes], indexing="ij")
    return torch.cat([axis[grid.flatten()] for axis, grid in zip(axes, grids)], dim=1).float()


def spaced(start: float, stop: float, count: int) -> Tensor:
    """Returns equally spaced numbers, float64; `start` alone for a count of 1."""
    if count < 2:
        return torch.full((count,), float(start), dtype=torch.float64)
    return start + (stop - start) * torch.arange(count, dtype=torch.float64) / (count - 1)


# The encoding of stored values, which a run keeps


def encoded(encoding: Json, data: Tensor, mask: Tensor | None, present: Tensor) -> tuple[Tensor, Tensor | None]:
    """Returns the tokens of stored values and their mask: standardised, and cut into patches."""
    axes, patch = encoding["axes"], encoding["patch"]
    if encoding["mean"]:
        data = standardised(encoding, data)
        if mask is not None:
            data = data.masked_fill(~mask.unsqueeze(-1), 0)
        data = data.masked_fill(~present.reshape(-1, *[1] * (data.ndim - 1)), 0)
    has_flags = encoding["has_flags"]
    if math.prod(patch) == 1 and not has_flags:
        return data, mask
    tokens = patched(data, axes, patch)
    if mask is None and not has_flags:
        return tokens, None
    valid = torch.ones(data.shape[:-1], device=data.device) if mask is None else mask.float()
    flags = patched(valid.unsqueeze(-1), axes, patch)
    if has_flags:
        tokens = torch.cat([tokens, flags], dim=-1)
    return tokens, None if mask is None else flags.amax(dim=-1) > 0.5


def standardised(encoding: Json, data: Tensor) -> Tensor:
    """Standardises values; beyond three deviations z they become sign(z)·(3 + log(|z| − 2))."""
    channels = encoding["channels"]
    shape = [channels] if len(encoding["mean"]) == channels else [*encoding["axes"], channels]
    mean = torch.tensor(encoding["mean"], dtype=torch.float64).reshape(shape).to(data)
    scale = (1 / torch.tensor(encoding["deviation"], dtype=torch.float64)).reshape(shape).to(data)
    z = (data - mean) * scale
    near = z.clamp(-3, 3)
    return near + near / 3 * (z.abs() - near.abs() + 1).log()


def patched(data: Tensor, axes: Sequence[int], patch: Sequence[int]) -> Tensor:
    """Joins the places of each patch into one token; the last patches are filled with zeros."""
    counts = [-(-size // width) for size, width in zip(axes, patch)]
    missing = [count * width - size for count, width, size in zip(counts, patch, axes)]
    padding = [0, 0] + [size for amount in reversed(missing) for size in (0, amount)]
    split = [size for pair in zip(counts, patch) for size in pair]
    rank = len(axes)
    grid, inner = [1 + 2 * axis for axis in range(rank)], [2 + 2 * axis for axis in range(rank)]
    rows, channels = data.shape[0], data.shape[-1]
    cut = F.pad(data, padding).reshape(rows, *split, channels).permute(0, *grid, *inner, 2 * rank + 1)
    return cut.reshape(rows, *counts, math.prod(patch) * channels)


# The statistics that a summary path reads


def statistics(stream: Stream, shape: Json) -> Tensor:
    """Returns the statistics of a modality, `[B, width]`: the values of a table; otherwise for each
    channel the mean, the standard deviation, and the means over the cells of the grid."""
    data, rows = stream.data, stream.data.shape[0]
    if shape["keeps_tokens"]:
        return data.reshape(rows, -1)
    places, sizes = shape["places"], list(data.shape[1:-1])
    values = data.reshape(rows, math.prod(sizes), places, -1)
    valid = torch.ones(values.shape[:2], device=data.device)
    if stream.token_mask is not None:
        valid = stream.token_mask.float()
    weights = valid[:, :, None, None].expand(-1, -1, places, 1)
    count = weights.sum(dim=(1, 2)).clamp(min=1)
    mean = (values * weights).sum(dim=(1, 2)) / count
    variance = ((values - mean[:, None, None]) * weights).square().sum(dim=(1, 2)) / count
    parts = [mean, variance.sqrt()]
    if math.prod(shape["cells"]) > 1:
        parts.append((cell_weights(stream, shape["cells"], sizes, valid) @ values.mean(dim=2)).flatten(1))
    return torch.cat(parts, dim=1)


def piecewise(numbers: Tensor, bounds: Tensor) -> Tensor:
    """Returns the features of the intervals of the first numbers, `[B, numbers · intervals]`: 0 below an
    interval, 1 above, rising inside, and 0 for an interval without width."""
    lower, width = bounds[:, :-1], bounds.diff(dim=1)
    place = (numbers[:, :len(bounds), None] - lower) / torch.where(width > 0, width, 1)
    return (place.clamp(0, 1) * (width > 0)).flatten(1)


def cell_weights(stream: Stream, cells: Sequence[int], sizes: Sequence[int], valid: Tensor) -> Tensor:
    """Returns the weights of tokens in the means of cells, `[B, cells, tokens]`."""
    if stream.mask is not None and sum(size > 1 for size in sizes) == 1:
        return segment_weights(max(cells), valid)
    cell = torch.zeros(1, dtype=torch.long)
    for size, count in zip(sizes, cells):
        cell = (cell[:, None] * count + torch.arange(size) * count // size).flatten()
    members = (cell == torch.arange(math.prod(cells))[:, None]).to(valid) * valid[:, None]
    return members / members.sum(dim=-1, keepdim=True).clamp(min=1)


def segment_weights(count: int, valid: Tensor) -> Tensor:
    """Returns the weights for parts of equal length of the valid tokens of each sequence."""
    earlier = valid.cumsum(dim=1) - valid
    length = valid.sum(dim=1, keepdim=True).clamp(min=1)
    # Half a token is added, so that rounding does not decide to which part a token belongs.
    place = (earlier + 0.5) / length * count
    parts = torch.arange(count, device=valid.device)[:, None]
    inside = ((place[:, None] > parts) & (place[:, None] <= parts + 1)).to(valid) * valid[:, None]
    return inside / inside.sum(dim=-1, keepdim=True).clamp(min=1)
