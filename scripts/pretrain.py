"""Pretrain an encoder on news articles, from a starting point or from random weights.

    scripts/pretrain.py CORPUS... --encoder encoder-start --output runs/encoder --passes 1

CORPUS are files of JSON Lines (``text``, perhaps ``title``), plain or .xz. The same command continues a run that was
interrupted; with more ``--passes`` before the rate falls it goes on longer. The encoder is in OUTPUT/model at the end.
The last file is kept for the held-out loss if ``--hold-out`` is given.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="pretrain.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--encoder", required=True, metavar="DIR", help="folder with config.json and tokenizer.json")
    parser.add_argument("--random", action="store_true", help="take the encoder's configuration, not its weights")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--passes", type=float, default=1.0, help="how often the corpus is read")
    parser.add_argument("--max-steps", type=int, metavar="N", help="end there instead")
    parser.add_argument("--decay", type=float, default=0.15, help="share of the steps over which the rate falls")
    parser.add_argument("--length", type=int, default=512, help="subwords in a sequence")
    parser.add_argument("--batch", type=int, default=16, help="sequences in a step")
    parser.add_argument("--pieces", type=int, default=1, help="pieces a step is computed in, to save memory")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    parser.add_argument("--warmup", type=int, default=100, help="steps")
    parser.add_argument("--optimizer", choices=("muon", "adamw"), default="muon")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--compile", action="store_true", help="make code for the encoder first: faster, but wants a C++ compiler"
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, metavar="N", help="default: all cores")
    parser.add_argument("--hold-out", action="store_true", help="keep the last file for the held-out loss")
    arguments = parser.parse_args(argv)
    for file in arguments.corpus:
        if not file.is_file():
            parser.error(f"there is no file {file}")
    if arguments.hold_out and len(arguments.corpus) < 2:
        parser.error("--hold-out needs two files or more")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    import torch

    from ainoi.training.corpus import open_corpus
    from ainoi.training.pretraining import Pretrainer, PretrainProgress, PretrainSettings, held_out_loss
    from ainoi.training.start import start_encoder

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    model, tokenizer = start_encoder(
        arguments.encoder, seed=arguments.seed, device=arguments.device, random=arguments.random
    )
    files = arguments.corpus[:-1] if arguments.hold_out else arguments.corpus
    corpus = open_corpus(files, tokenizer, arguments.output / "corpus")
    per_step = arguments.length * arguments.batch
    settings = PretrainSettings(
        steps=arguments.max_steps or max(1, int(arguments.passes * len(corpus)) // per_step),
        length=arguments.length,
        batch=arguments.batch,
        pieces=arguments.pieces,
        rate=arguments.rate,
        warmup=arguments.warmup,
        decay=arguments.decay,
        optimizer=arguments.optimizer,
        seed=arguments.seed,
    )
    size = sum(parameter.numel() for parameter in model.parameters())
    print(f"{len(corpus):,} subwords, {size:,} parameters, {settings.steps} steps of {per_step:,}", file=sys.stderr)
    began = time.monotonic()
    curve = arguments.output / "curve.jsonl"

    def report(progress: PretrainProgress) -> None:
        with curve.open("a", encoding="utf-8") as out:
            line = {"step": progress.step, "subwords": progress.step * per_step, "loss": round(progress.loss, 4)}
            out.write(json.dumps(line) + "\n")
        done = f"{progress.step}/{progress.steps} steps, loss {progress.loss:.3f}"
        speed = f"{progress.rate:,.0f} subwords/s, {time.monotonic() - began:,.0f} s"
        print(f"{done}, {speed}", file=sys.stderr, flush=True)

    Pretrainer(model, tokenizer, corpus, settings, arguments.output, compiled=arguments.compile).run(report)
    if arguments.hold_out:
        held = open_corpus(arguments.corpus[-1:], tokenizer, arguments.output / "held-out")
        loss = held_out_loss(model, tokenizer, held, length=arguments.length, sequences=200)
        print(f"held-out loss {loss:.3f} nats a masked subword")
    folder = arguments.output / "model"
    torch.nn.Module.to(model, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    print(f"encoder in {folder}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
