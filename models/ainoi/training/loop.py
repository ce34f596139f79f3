"""The training loop: fixed order from the seed, checkpoints, and the same result when it was interrupted.

Dropout is seeded by the step, so a resumed run takes the very steps of an unbroken one.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ainoi.encode import Encoder, row_of, windows
from ainoi.model_config import MENTION, NESTED
from ainoi.network.batches import batch_of
from ainoi.network.heads import LinkScorer, SpanStates
from ainoi.network.model import AinoiModel
from ainoi.network.precision import autocast
from ainoi.training.checkpoints import load_checkpoint, load_optimizer, optimizer_tensors, save_checkpoint
from ainoi.training.labels import NO_LINK, Example, sample_nonsense

MOST_OTHERS = 48
"""Names that are no sources among the candidates of one article, at the most."""

CUE_DROPOUT = 0.1
"""How often a source is looked for without the cue that gold has."""

NO_SPAN = (0, 0)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Knobs of a training run; all are kept with its checkpoints and must match to resume.

    The weights scale the loss of a part; what has none counts 1.
    """

    epochs: int = 8
    batch_size: int = 4
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0
    seed: int = 0
    hidden: float = 0.1
    """Share of the subwords that are masked, so that the network reads the words around them too."""
    link_weight: float = 0.5
    kind_weight: float = 0.2
    mention_weight: float = 0.3
    nested_weight: float = 2.0
    """Nested contents are rare; at the weight of the others they are learned last."""
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
    """Trains ``model``; call :meth:`run` until it returns.

    ``examples_of`` gives the articles of an epoch, counted from 0: always as many, in the same order, each perhaps
    changed. Those without tokens teach nothing. Raises ValueError if the number changes.
    """

    def __init__(
        self,
        model: AinoiModel,
        encoder: Encoder,
        examples_of: Callable[[int], Sequence[Example]],
        settings: Settings,
        folder: Path,
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._settings = settings
        self._folder = folder
        self._device = next(model.parameters()).device
        self._examples_of = examples_of
        self._epoch = -1
        self._examples: list[Example] = []
        self._read(0)
        self._steps_per_epoch = math.ceil(len(self._examples) / settings.batch_size)
        self._steps = self._steps_per_epoch * settings.epochs
        self._optimizer = torch.optim.AdamW(self._groups(), weight_decay=settings.weight_decay, fused=True)
        self._average = {name: value.detach().clone().float() for name, value in model.named_parameters()}
        self._step = 0

    def _read(self, epoch: int) -> None:
        """Take the examples of an epoch."""
        if epoch == self._epoch:
            return
        examples = list(self._examples_of(epoch))
        if self._epoch >= 0 and len(examples) != len(self._examples):
            raise ValueError(f"epoch {epoch} has {len(examples)} articles, the one before {len(self._examples)}")
        config = self._model.config
        self._epoch, self._examples = epoch, examples
        self._encodings = self._encoder.encode([e.text for e in examples], [e.tokens for e in examples])
        self._windows = [windows(encoding, config.window, config.window_overlap) for encoding in self._encodings]

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
        self._read(epoch)
        chosen = [i for i in self._order(epoch)[index] if self._examples[i].tokens]
        torch.manual_seed(self._settings.seed * 1_000_003 + self._step)
        self._set_rates()
        loss, size = self._loss(chosen) if chosen else (torch.zeros((), requires_grad=True), 0)
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
        states, size = self._states_of(chosen)
        settings = self._settings
        loss = states.new_zeros(())
        for name, logits in self._model.tag(states).items():
            target = torch.full(states.shape[:2], -100, dtype=torch.long)
            for row, i in enumerate(chosen):
                labels = self._examples[i].tracks[name]
                target[row, : len(labels)] = torch.from_numpy(labels)
            weight = {MENTION: settings.mention_weight, NESTED: settings.nested_weight}.get(name, 1.0)
            flat = functional.cross_entropy(logits.flatten(0, 1), target.flatten().to(self._device))
            loss = loss + weight * flat
        for row, i in enumerate(chosen):
            loss = loss + self._span_loss(states[row], self._examples[i], len(self._examples[i].tokens)) / len(chosen)
        return loss, size

    def _states_of(self, chosen: Sequence[int]) -> tuple[Tensor, int]:
        """States of a batch of articles, ``[articles, tokens, size]``, padded at the end; and how many subwords were
        read for them."""
        parts = [(row, window) for row, i in enumerate(chosen) for window in self._windows[i]]
        rows = [row_of(self._encodings[chosen[row]], window, self._encoder) for row, window in parts]
        batch = batch_of(rows, self._encoder.pad_id).to(self._device)
        read = self._hidden(batch.input_ids)
        with autocast(self._device):
            states = self._model.states(read, batch.attention_mask, batch.first_subwords, batch.token_mask)
        if len(parts) > len(chosen):
            windowed = states
            states = windowed.new_zeros(len(chosen), max(window.last for _, window in parts), windowed.shape[2])
            for of_window, (row, window) in zip(windowed, parts, strict=True):
                states[row, window.kept_first : window.kept_last] = window.own(of_window)
        return states, int(batch.attention_mask.sum())

    def _hidden(self, input_ids: Tensor) -> Tensor:
        """``input_ids`` with some of the article's own subwords masked."""
        special = (self._encoder.start_id, self._encoder.end_id, self._encoder.pad_id)
        chosen = torch.rand(input_ids.shape, device=input_ids.device) < self._settings.hidden
        for number in special:
            chosen &= input_ids != number
        return torch.where(chosen, self._encoder.mask_id, input_ids)

    def _span_loss(self, states: Tensor, example: Example, tokens: int) -> Tensor:
        """Loss of the links and kinds of one article, of which the first ``tokens`` tokens are there.

        The sources are scored beside the right cues, now and then without; the names that are nobody's source stand
        among the candidates.
        """
        loss = states.new_zeros(())
        if any(end > tokens for _, end in [*example.contents, *example.cues, *example.sources]):
            return loss
        article = SpanStates(states)
        chance = random.Random(f"{self._settings.seed} {self._step} {example.id}")
        nonsense = sample_nonsense(example, chance)
        contents = self._tensor([*example.contents, *nonsense])
        no_links = [NO_LINK] * len(nonsense)
        cues = self._tensor(example.cues).reshape(-1, 2)
        logits = self._model.cue_link(article, contents, cues)
        loss = loss + self._settings.link_weight * functional.cross_entropy(
            logits, self._targets([*example.cue_of, *no_links], len(cues))
        )
        others = [span for span in example.mentions if span[1] <= tokens]
        if len(others) > MOST_OTHERS:
            others = chance.sample(others, MOST_OTHERS)
        sources = self._tensor([*example.sources, *others]).reshape(-1, 2)
        anchors = [
            NO_SPAN if cue == NO_LINK or chance.random() < CUE_DROPOUT else example.cues[cue]
            for cue in [*example.cue_of, *no_links]
        ]
        logits = self._model.source_link(article, contents, sources, self._tensor(anchors))
        loss = loss + self._settings.link_weight * functional.cross_entropy(
            logits, self._targets([*example.source_of, *no_links], len(sources))
        )
        if self._model.antecedent is not None and example.meant_by:
            loss = loss + self._settings.link_weight * self._antecedent_loss(self._model.antecedent, article, example)
        if example.sources:
            logits = self._model.kind(article, self._tensor(example.sources))
            loss = loss + self._settings.kind_weight * functional.cross_entropy(logits, self._tensor(example.kinds))
        return loss

    def _antecedent_loss(self, head: LinkScorer, article: SpanStates, example: Example) -> Tensor:
        """Of all names of an article, those of the speaker together are to have the probability."""
        sources = self._tensor([example.sources[i] for i in example.meant_by])
        names = self._tensor(example.names).reshape(-1, 2)
        scores = functional.log_softmax(head(article, sources, names), dim=1)
        right = torch.zeros(scores.shape, dtype=torch.bool)
        for row, meant in enumerate(example.meant_by.values()):
            right[row, meant or [len(example.names)]] = True
        return -scores.masked_fill(~right.to(scores.device), -torch.inf).logsumexp(dim=1).mean()

    def _targets(self, answers: Sequence[int], none: int) -> Tensor:
        return self._tensor([none if answer == NO_LINK else answer for answer in answers])

    def _tensor(self, values: Sequence[object]) -> Tensor:
        return torch.tensor(list(values), dtype=torch.long, device=self._device)

    def _save(self) -> None:
        tensors: dict[str, dict[str, Tensor]] = {
            "model": dict(self._model.named_parameters()),
            "average": self._average,
            "optimizer": optimizer_tensors(self._optimizer),
        }
        save_checkpoint(self._folder, {"step": self._step, "settings": asdict(self._settings)}, tensors)

    def _resume(self) -> None:
        """Continue from the checkpoint if there is one. Raises ValueError if it was made with other settings."""
        found = load_checkpoint(self._folder, str(self._device))
        if found is None:
            return
        state, tensors = found
        if state["settings"] != asdict(self._settings):
            raise ValueError(f"{self._folder} was made with other settings: {state['settings']}")
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                parameter.copy_(tensors["model"][name])
        self._average = tensors["average"]
        load_optimizer(self._optimizer, tensors["optimizer"])
        self._step = state["step"]
