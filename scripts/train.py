"""Train the network on gold quotes.

One fold held out gives the figures to decide by and the calibration; all folds give the model that ships:

    scripts/train.py --gold train.jsonl --encoder encoder-start --hold-out 0 --output runs/fold0
    scripts/train.py --gold train.jsonl --encoder encoder-start --calibration runs/fold0/model --output runs/all

The same command continues a run that was interrupted. The encoder may be any that Hugging Face's AutoModel loads,
PhoBERT and XLM-R among them; an article longer than it reads at once is read in windows that overlap:

    scripts/train.py --gold train.jsonl --encoder vinai/phobert-base-v2 --encoder-rate 3e-5 --output runs/phobert
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ainoi.segment import SEGMENTERS

USAGE_ERROR = 2
MEASURED = 40
"""Articles over which the inputs of the layers are measured."""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="train.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True, metavar="FILE", help="articles with gold quotes")
    parser.add_argument("--encoder", required=True, metavar="DIR", help="local folder or hub name of the encoder")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="checkpoints, and DIR/model at the end"
    )
    parser.add_argument("--hold-out", type=int, choices=range(5), metavar="0-4", help="fold to leave out and score on")
    parser.add_argument("--calibration", type=Path, metavar="DIR", help="model whose calibration to take over")
    parser.add_argument(
        "--segmenter",
        choices=SEGMENTERS,
        help="who joins the syllables of words for an encoder that was trained on words "
        "(default: underthesea for a PhoBERT tokenizer, else none)",
    )
    parser.add_argument(
        "--encoder-rate",
        type=float,
        default=3e-4,
        metavar="RATE",
        help="learning rate of the encoder (default: 3e-4, for the small one; a large pretrained one wants about 3e-5)",
    )
    parser.add_argument(
        "--more", type=Path, metavar="FILE", help="annotations that stand apart from the texts in --corpus"
    )
    parser.add_argument(
        "--silver", type=Path, metavar="FILE", help="the same by label.py; each article is read once in the whole run"
    )
    parser.add_argument("--corpus", type=Path, nargs="+", default=[], metavar="FILE", help="JSON Lines, plain or .xz")
    parser.add_argument("--plain", action="store_true", help="learn from the articles as they are, never changed")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, metavar="N", help="default: all cores")
    parser.add_argument("--version", default="0.1.0", help="written into the model")
    arguments = parser.parse_args(argv)
    if not arguments.encoder_rate > 0:
        parser.error(f"--encoder-rate: must be above 0, is {arguments.encoder_rate}")
    if not arguments.gold.is_file():
        parser.error(f"--gold: there is no file {arguments.gold}")
    for option in ("more", "silver"):
        file = getattr(arguments, option)
        if file is not None and not file.is_file():
            parser.error(f"--{option}: there is no file {file}")
    if arguments.epochs < 1:
        parser.error(f"--epochs: must be at least 1, is {arguments.epochs}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    import torch

    from ainoi.encode import Encoder
    from ainoi.errors import ModelFolderError
    from ainoi.graph.ranges import measured
    from ainoi.lang import folder_of, load_pack
    from ainoi.model_folder import load_model
    from ainoi.segment import load_segmenter
    from ainoi.training.augment import AugmentSettings
    from ainoi.training.corpus import read_articles
    from ainoi.training.epochs import epochs
    from ainoi.training.gold import fold_of, read_gold
    from ainoi.training.loop import Progress, Settings, Trainer
    from ainoi.training.standoff import joined, read_lines
    from ainoi.training.start import start_model

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    articles = read_gold(arguments.gold)
    held = [a for a in articles if arguments.hold_out is not None and fold_of(a["id"]) == arguments.hold_out]
    chosen = [a for a in articles if fold_of(a["id"]) != arguments.hold_out]
    more = read_lines(arguments.more) if arguments.more is not None else []
    labelled = read_lines(arguments.silver) if arguments.silver is not None else []
    corpus = (article for file in arguments.corpus for article in read_articles(file))
    found = {article["id"]: article for article in joined([*more, *labelled], corpus)}
    chosen += [found[line["id"]] for line in more]
    silver = [found[line["id"]] for line in labelled]
    random.Random(arguments.seed).shuffle(silver)
    network, tokenizer = start_model(
        arguments.encoder, seed=arguments.seed, device=arguments.device, segmenter=arguments.segmenter
    )
    try:
        encoder = Encoder(tokenizer, load_segmenter(network.config.segmenter))
    except ModelFolderError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return USAGE_ERROR
    pack = load_pack(network.config.language)
    changes = None if arguments.plain else AugmentSettings()
    examples_of = epochs(
        chosen,
        network.config,
        pack,
        seed=arguments.seed,
        changes=changes,
        silver=silver,
        count=arguments.epochs,
    )
    settings = Settings(epochs=arguments.epochs, encoder_rate=arguments.encoder_rate, seed=arguments.seed)
    trainer = Trainer(network, encoder, examples_of, settings, arguments.output)
    print(
        f"{len(chosen)} + {len(silver)} articles, language pack {folder_of(network.config.language).name}",
        file=sys.stderr,
    )
    began = time.monotonic()

    def report(progress: Progress) -> None:
        done = f"{progress.step}/{progress.steps} steps, epoch {progress.epoch:.2f}"
        speed = f"{progress.rate:,.0f} subwords/s, {time.monotonic() - began:,.0f} s"
        print(f"{done}, loss {progress.loss:.3f}, {speed}", file=sys.stderr, flush=True)

    trainer.run(report)

    folder = arguments.output / "model"
    network.config.version = arguments.version
    if arguments.calibration is not None:
        network.config.calibration = load_model(arguments.calibration).config.calibration
    torch.nn.Module.to(network, dtype=torch.bfloat16)
    network.save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    tokenizer.save_pretrained(folder)
    network.config.ranges = measured(folder, [article["text"] for article in chosen[:MEASURED]])
    network.config.save_pretrained(folder)
    if held:
        from ainoi.evaluation.calibrate import calibrate

        calibration, lines = calibrate(folder, held)
        print("\n".join(lines))
        network.config.calibration = calibration
        network.config.save_pretrained(folder)
    print(f"model in {folder}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
