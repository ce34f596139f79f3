"""Pretraining of the encoder: masked subwords, a trapezoidal schedule, and checkpoints at any moment.

The rate rises, stays, and falls to zero over the last part, so a run can be given more steps and continued before it
falls: every step of the level part is the same whatever the end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ainoi.network.precision import autocast, fast_bfloat16
from ainoi.training.checkpoints import load_checkpoint, load_optimizer, optimizer_tensors, save_checkpoint
from ainoi.training.corpus import Corpus
from ainoi.training.muon import Float32Muon

IGNORED = -100


@dataclass(frozen=True, kw_only=True)
class PretrainSettings:
    """Knobs of a run. All but ``steps``, ``decay`` and ``pieces`` must stay the same to continue it.

    ``length``: subwords in a sequence. ``batch``: sequences in a step, computed in ``pieces``. ``masked``: share of the
    subwords to guess. ``rate``: peak learning rate. ``warmup``: steps. ``decay``: share of the steps over which the
    rate falls. ``optimizer``: ``muon`` for the matrices with AdamW for the rest, or ``adamw``.
    """

    steps: int
    length: int = 512
    batch: int = 16
    pieces: int = 1
    masked: float = 0.25
    rate: float = 1e-3
    warmup: int = 100
    decay: float = 0.15
    weight_decay: float = 0.05
    optimizer: str = "muon"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 1 or not 0 < self.masked < 1 or not 0 <= self.decay <= 1:
            raise ValueError(f"steps and batch must be at least 1, masked and decay shares: {self}")
        if self.batch % self.pieces:
            raise ValueError(f"pieces must divide the batch: {self.pieces}, {self.batch}")
        if self.optimizer not in ("muon", "adamw"):
            raise ValueError(f"optimizer must be muon or adamw, not {self.optimizer!r}")

    def kept(self) -> dict[str, object]:
        """What a checkpoint must agree with."""
        changeable = ("steps", "decay", "pieces")
        return {key: value for key, value in asdict(self).items() if key not in changeable}


@dataclass(frozen=True)
class PretrainProgress:
    """One line of a log; ``loss`` in nats a masked subword, ``rate`` in subwords a second."""

    step: int
    steps: int
    loss: float
    rate: float


class Pretrainer:
    """Trains ``model`` (a masked language model of transformers) on ``corpus``; call :meth:`run` until it returns."""

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        corpus: Corpus,
        settings: PretrainSettings,
        folder: Path,
        *,
        compiled: bool = False,
    ) -> None:
        """``compiled``: let ``torch.compile`` make code for the encoder, which wants a C++ compiler and some minutes at
        the start. Raises ValueError for a corpus too small for one sequence."""
        if not corpus.sequences(settings.length):
            raise ValueError(f"the corpus of {len(corpus)} subwords holds no sequence of {settings.length}")
        self._model = model
        self._corpus = corpus
        self._settings = settings
        self._folder = folder
        self._device = next(model.parameters()).device
        self._encode = torch.compile(model.base_model, dynamic=False) if compiled else model.base_model
        self._head = nn.Sequential(cast(nn.Module, model.head), cast(nn.Module, model.decoder))
        self._mask_id = int(tokenizer.mask_token_id)
        self._kept_ids = torch.tensor(sorted(tokenizer.all_special_ids), device=self._device)
        self._words = len(tokenizer)
        self._optimizers = _optimizers(model, settings)
        self._order_of: tuple[int, np.ndarray] | None = None
        self._step = 0

    def run(
        self, report: Callable[[PretrainProgress], None], *, save_every: float = 300.0, report_every: int = 20
    ) -> None:
        """Train from the last checkpoint, or the start, to the last step. ``save_every``: seconds."""
        self._resume()
        self._model.train()
        saved = since = time.monotonic()
        losses: list[float] = []
        while self._step < self._settings.steps:
            losses.append(self._take_step())
            now = time.monotonic()
            if len(losses) == report_every or self._step == self._settings.steps:
                subwords = len(losses) * self._settings.batch * self._settings.length
                mean = sum(losses) / len(losses)
                report(PretrainProgress(self._step, self._settings.steps, mean, subwords / max(1e-9, now - since)))
                losses, since = [], now
            if now - saved > save_every:
                self._save()
                saved = time.monotonic()
        self._save()

    def _take_step(self) -> float:
        settings = self._settings
        factor = rate_factor(self._step, settings)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * factor
            optimizer.zero_grad(set_to_none=True)
        rows = self._corpus.rows(self._sequences(self._step), settings.length)
        chance = torch.Generator().manual_seed(settings.seed * 1_000_003 + self._step)
        torch.manual_seed(settings.seed * 1_000_003 + self._step)
        losses = []
        for piece in np.split(rows, settings.pieces):
            loss = self._loss(torch.from_numpy(piece), chance) / settings.pieces
            loss.backward()
            losses.append(loss.detach())
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        for optimizer in self._optimizers:
            optimizer.step()
        self._step += 1
        return float(torch.stack(losses).sum())

    def _loss(self, rows: Tensor, chance: torch.Generator) -> Tensor:
        """Mean cross entropy of the subwords masked in ``rows`` ``[sequences, length]``; only they get logits."""
        guessed = torch.rand(rows.shape, generator=chance) < self._settings.masked
        how = torch.rand(rows.shape, generator=chance)
        other = torch.randint(self._words, rows.shape, generator=chance)
        rows, guessed, how, other = (tensor.to(self._device) for tensor in (rows, guessed, how, other))
        guessed &= ~torch.isin(rows, self._kept_ids)
        # One masked subword in ten is another one and one in ten itself, since the heads will never see a mask.
        read = torch.where(guessed & (how < 0.8), self._mask_id, rows)
        read = torch.where(guessed & (how >= 0.9), other, read)
        with autocast(self._device):
            states = self._encode(input_ids=read).last_hidden_state[guessed]
            logits = cast(Tensor, self._head(states))
        return functional.cross_entropy(logits.float(), rows[guessed])

    def _sequences(self, step: int) -> list[int]:
        """The sequences of one step: every epoch in an order of its own."""
        count, batch = self._corpus.sequences(self._settings.length), self._settings.batch
        chosen = []
        for number in range(step * batch, (step + 1) * batch):
            epoch, place = divmod(number, count)
            if self._order_of is None or self._order_of[0] != epoch:
                order = np.random.default_rng((self._settings.seed, epoch)).permutation(count)
                self._order_of = (epoch, order)
            chosen.append(int(self._order_of[1][place]))
        return chosen

    def _save(self) -> None:
        tensors = {f"optimizer{i}": optimizer_tensors(optimizer) for i, optimizer in enumerate(self._optimizers)}
        tensors["model"] = dict(self._model.named_parameters())
        save_checkpoint(self._folder, {"step": self._step, "settings": self._settings.kept()}, tensors)

    def _resume(self) -> None:
        """Raises ValueError if the checkpoint was made with other settings."""
        found = load_checkpoint(self._folder, str(self._device))
        if found is None:
            return
        state, tensors = found
        if state["settings"] != self._settings.kept():
            raise ValueError(f"{self._folder} was made with other settings: {state['settings']}")
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                parameter.copy_(tensors["model"][name])
        for i, optimizer in enumerate(self._optimizers):
            load_optimizer(optimizer, tensors[f"optimizer{i}"])
        self._step = state["step"]


def rate_factor(step: int, settings: PretrainSettings) -> float:
    """Share of the peak learning rate at ``step`` (from 0): up, level, and down to nearly zero at the last."""
    falling = max(1, round(settings.decay * settings.steps))
    return min(1.0, (step + 1) / max(1, settings.warmup), (settings.steps - step) / falling)


def _optimizers(model: PreTrainedModel, settings: PretrainSettings) -> list[torch.optim.Optimizer]:
    matrices, vectors, others = [], [], []
    embeddings = model.get_input_embeddings().weight
    for parameter in model.parameters():
        if parameter.ndim != 2:
            vectors.append(parameter)
        elif parameter is embeddings or settings.optimizer == "adamw":
            others.append(parameter)
        else:
            matrices.append(parameter)
    groups: list[dict[str, Any]] = [{"params": others}, {"params": vectors, "weight_decay": 0.0}]
    decay = settings.weight_decay
    found: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=settings.rate, weight_decay=decay, betas=(0.9, 0.98), fused=True)
    ]
    if matrices:
        kind = torch.optim.Muon if fast_bfloat16(matrices[0].device) else Float32Muon
        muon = kind(matrices, lr=settings.rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw")
        found.append(muon)
    return found


def held_out_loss(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, corpus: Corpus, *, length: int, sequences: int
) -> float:
    """Masked loss in nats on ``sequences`` evenly spread ones, with the same masks for every model."""
    settings = PretrainSettings(steps=1, length=length, batch=1)
    judge = Pretrainer(model, tokenizer, corpus, settings, Path())
    model.train(False)
    chance = torch.Generator().manual_seed(0)
    count = corpus.sequences(length)
    indexes = [i * count // sequences for i in range(sequences)]
    random.Random(0).shuffle(indexes)
    with torch.inference_mode():
        losses = [judge._loss(torch.from_numpy(corpus.rows([i], length)), chance) for i in indexes]
    return float(torch.stack(losses).mean())
