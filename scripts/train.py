"""Train the network on gold quotes.

One fold held out gives the figures to decide by and the calibration; all folds give the model that ships:

    scripts/train.py --gold train.jsonl --encoder encoder-start --hold-out 0 --output runs/fold0
    scripts/train.py --gold train.jsonl --encoder encoder-start --calibration runs/fold0/model --output runs/all

The same command continues a run that was interrupted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path


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
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, metavar="N", help="default: all cores")
    parser.add_argument("--version", default="0.1.0", help="written into the model")
    arguments = parser.parse_args(argv)
    if not arguments.gold.is_file():
        parser.error(f"--gold: there is no file {arguments.gold}")
    if arguments.epochs < 1:
        parser.error(f"--epochs: must be at least 1, is {arguments.epochs}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    import torch

    from ainoi.encode import Encoder
    from ainoi.lang import folder_of, load_pack
    from ainoi.model_folder import load_model
    from ainoi.resolve.names import NameFinder
    from ainoi.training.gold import fold_of, read_gold
    from ainoi.training.labels import make_example
    from ainoi.training.loop import Progress, Settings, Trainer
    from ainoi.training.start import start_model

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    articles = read_gold(arguments.gold)
    held = [a for a in articles if arguments.hold_out is not None and fold_of(a["id"]) == arguments.hold_out]
    chosen = [a for a in articles if fold_of(a["id"]) != arguments.hold_out]
    network, tokenizer = start_model(arguments.encoder, seed=arguments.seed, device=arguments.device)
    pack = load_pack(network.config.language)
    names = NameFinder(pack.names, known=pack.registry.names())
    examples = [make_example(article, network.config, names) for article in chosen]
    settings = Settings(epochs=arguments.epochs, seed=arguments.seed)
    trainer = Trainer(network, Encoder(tokenizer), examples, settings, arguments.output)
    print(f"{len(examples)} articles, language pack {folder_of(network.config.language).name}", file=sys.stderr)
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
