"""The training loop: fixed order from the seed, checkpoints, and the same result when it was interrupted.

A checkpoint is a folder with ``model.safetensors``, ``optimizer.safetensors`` and ``state.json``, written beside the
old one and renamed. Dropout is seeded by the step, so a resumed run takes the very steps of an unbroken one.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from ainoi.encode import Encoder, Window, batch_of
from ainoi.network.model import AinoiModel
from ainoi.network.precision import autocast
from ainoi.training.labels import NO_LINK, Example, sample_nonsense


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Knobs of a training run; all are kept with its checkpoints and must match to resume.

    ``track_weights`` scale the loss of each track; the others count 1.
    """

    epochs: int = 8
    batch_size: int = 4
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0
    seed: int = 0
    link_weight: float = 0.5
    kind_weight: float = 0.2
    mention_weight: float = 0.3
    average_decay: float = 0.99
    """Decay of the running average of the weights, which is what is kept in the end."""

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 1:
            raise ValueError(f"epochs and batch_size must be at least 1: {self.epochs}, {self.batch_size}")


@dataclass(frozen=True)
class Progress:
    """One line of a training log. ``rate`` is subwords per second since the last line."""

    step: int
    steps: int
    epoch: float
    loss: float
    rate: float


class Trainer:
    """Trains ``model`` on ``examples``; call :meth:`run` until it returns."""

    def __init__(
        self, model: AinoiModel, encoder: Encoder, examples: Sequence[Example], settings: Settings, folder: Path
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._settings = settings
        self._folder = folder
        self._device = next(model.parameters()).device
        self._examples = [example for example in examples if example.tokens]
        self._encodings = encoder.encode([e.text for e in self._examples], [e.tokens for e in self._examples])
        self._steps_per_epoch = math.ceil(len(self._examples) / settings.batch_size)
        self._steps = self._steps_per_epoch * settings.epochs
        self._optimizer = torch.optim.AdamW(self._groups(), weight_decay=settings.weight_decay, fused=True)
        self._average = {name: value.detach().clone().float() for name, value in model.named_parameters()}
        self._step = 0

    def _groups(self) -> list[dict[str, object]]:
        encoder: list[Tensor] = []
        heads: list[Tensor] = []
        for name, parameter in self._model.named_parameters():
            (encoder if name.startswith("encoder.") else heads).append(parameter)
        return [
            {"params": encoder, "lr": self._settings.encoder_rate, "base": self._settings.encoder_rate},
            {"params": heads, "lr": self._settings.head_rate, "base": self._settings.head_rate},
        ]

    def run(self, report: Callable[[Progress], None], *, save_every: float = 120.0, report_every: int = 20) -> None:
        """Train from the last checkpoint (or the start) to the end; the averaged weights are then in the model.

        ``save_every``: seconds between checkpoints.
        """
        self._resume()
        self._model.train()
        saved = since = time.monotonic()
        losses: list[float] = []
        subwords = 0
        while self._step < self._steps:
            loss, size = self._take_step()
            losses.append(loss)
            subwords += size
            now = time.monotonic()
            if self._step % report_every == 0 or self._step == self._steps:
                mean = sum(losses) / len(losses)
                epoch = self._step / self._steps_per_epoch
                report(Progress(self._step, self._steps, epoch, mean, subwords / max(1e-9, now - since)))
                losses, subwords, since = [], 0, now
            if now - saved > save_every:
                self._save()
                saved = time.monotonic()
        self._save()
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                parameter.copy_(self._average[name])

    def _take_step(self) -> tuple[float, int]:
        epoch, index = divmod(self._step, self._steps_per_epoch)
        chosen = self._order(epoch)[index]
        torch.manual_seed(self._settings.seed * 1_000_003 + self._step)
        self._set_rates()
        loss, size = self._loss(chosen)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), self._settings.clip)
        self._optimizer.step()
        self._step += 1
        decay = min(self._settings.average_decay, self._step / (self._step + 10))
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                self._average[name].lerp_(parameter.float(), 1 - decay)
        return float(loss.detach()), size

    def _order(self, epoch: int) -> list[list[int]]:
        """Batches of one epoch: shuffled, then grouped by length within stretches so that little is padded."""
        order = random.Random(self._settings.seed * 7919 + epoch)
        indexes = list(range(len(self._examples)))
        order.shuffle(indexes)
        size = self._settings.batch_size
        batches: list[list[int]] = []
        for start in range(0, len(indexes), 16 * size):
            stretch = sorted(indexes[start : start + 16 * size], key=lambda i: len(self._encodings[i].subwords))
            batches.extend(stretch[i : i + size] for i in range(0, len(stretch), size))
        order.shuffle(batches)
        return batches

    def _set_rates(self) -> None:
        warm = max(1, int(self._settings.warmup * self._steps))
        factor = min((self._step + 1) / warm, (self._steps - self._step) / max(1, self._steps - warm))
        for group in self._optimizer.param_groups:
            group["lr"] = group["base"] * factor

    def _loss(self, chosen: Sequence[int]) -> tuple[Tensor, int]:
        """Mean loss over a batch of articles, and how many subwords it holds."""
        parts = [(self._encodings[i], self._whole(i)) for i in chosen]
        batch = batch_of(parts, self._encoder).to(self._device)
        with autocast(self._device):
            states = self._model.states(batch.input_ids, batch.attention_mask, batch.first_subwords, batch.token_mask)
        settings = self._settings
        loss = states.new_zeros(())
        for name, logits in self._model.tag(states).items():
            target = torch.full(batch.token_mask.shape, -100, dtype=torch.long)
            for row, i in enumerate(chosen):
                labels = self._examples[i].tracks[name][: parts[row][1].last]
                target[row, : len(labels)] = torch.from_numpy(labels)
            weight = settings.mention_weight if name == "mention" else 1.0
            flat = functional.cross_entropy(logits.flatten(0, 1), target.flatten().to(self._device))
            loss = loss + weight * flat
        for row, i in enumerate(chosen):
            loss = loss + self._span_loss(states[row], self._examples[i], parts[row][1].last) / len(chosen)
        return loss, int(batch.attention_mask.sum())

    def _whole(self, index: int) -> Window:
        """The article as one window, cut at the network's longest."""
        first = self._encodings[index].first_subword
        tokens = int((first < self._model.config.window).sum())
        return Window(0, tokens, 0, tokens)

    def _span_loss(self, states: Tensor, example: Example, tokens: int) -> Tensor:
        """Loss of the links and kinds of one article, of which the first ``tokens`` tokens are there."""
        loss = states.new_zeros(())
        if any(end > tokens for _, end in [*example.contents, *example.cues, *example.sources]):
            return loss
        nonsense = sample_nonsense(example, random.Random(f"{self._settings.seed} {self._step} {example.id}"))
        contents = [*example.contents, *nonsense]
        for head, candidates, answers in (
            (self._model.cue_link, example.cues, example.cue_of),
            (self._model.source_link, example.sources, example.source_of),
        ):
            targets = [*answers, *[NO_LINK] * len(nonsense)]
            target = self._tensor([len(candidates) if answer == NO_LINK else answer for answer in targets])
            logits = head(states, self._tensor(contents), self._tensor(candidates).reshape(-1, 2))
            loss = loss + self._settings.link_weight * functional.cross_entropy(logits, target)
        if example.sources:
            logits = self._model.kind(states, self._tensor(example.sources))
            loss = loss + self._settings.kind_weight * functional.cross_entropy(logits, self._tensor(example.kinds))
        return loss

    def _tensor(self, values: Sequence[object]) -> Tensor:
        return torch.tensor(list(values), dtype=torch.long, device=self._device)

    def _save(self) -> None:
        """Write a checkpoint beside the old one and put it in its place."""
        fresh, old = self._folder / "checkpoint.new", self._folder / "checkpoint"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        save_file({k: v.contiguous() for k, v in self._model.named_parameters()}, fresh / "model.safetensors")
        save_file(self._average, fresh / "average.safetensors")
        state = self._optimizer.state_dict()["state"]
        tensors = {f"{number}.{key}": value for number, entry in state.items() for key, value in entry.items()}
        save_file(tensors, fresh / "optimizer.safetensors")
        (fresh / "state.json").write_text(json.dumps({"step": self._step, "settings": asdict(self._settings)}))
        shutil.rmtree(old, ignore_errors=True)
        os.replace(fresh, old)

    def _resume(self) -> None:
        """Continue from the checkpoint if there is one. Raises ValueError if it was made with other settings."""
        folder = self._folder / "checkpoint"
        if not folder.exists() and (self._folder / "checkpoint.new" / "state.json").exists():
            folder = self._folder / "checkpoint.new"
        if not (folder / "state.json").exists():
            return
        state = json.loads((folder / "state.json").read_text())
        if state["settings"] != asdict(self._settings):
            raise ValueError(f"{folder} was made with other settings: {state['settings']}")
        device = str(self._device)
        with torch.no_grad():
            weights = load_file(folder / "model.safetensors", device=device)
            for name, parameter in self._model.named_parameters():
                parameter.copy_(weights[name])
        self._average = load_file(folder / "average.safetensors", device=device)
        entries: dict[int, dict[str, Tensor]] = {}
        for key, value in load_file(folder / "optimizer.safetensors", device=device).items():
            number, _, name = key.partition(".")
            entries.setdefault(int(number), {})[name] = value
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": entries})
        self._step = state["step"]
