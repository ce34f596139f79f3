"""Make a shallower or deeper encoder of the layers of another: to measure size against speed, or to pretrain on from.

    scripts/choose_layers.py models/encoder --layers 0 1 2 3 --output runs/encoder-4
    scripts/choose_layers.py models/encoder --layers 0 1 2 3 4 5 3 4 5 --output runs/encoder-9

Each number is a layer of the old encoder; one may come more than once. The first must be 0, which has no normalization
before its attention.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_LAYER = re.compile(r"(?P<before>.*\blayers)\.(?P<number>\d+)\.(?P<behind>.*)")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="choose_layers.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("encoder", type=Path, metavar="DIR", help="local folder of a ModernBERT encoder")
    parser.add_argument("--layers", type=int, nargs="+", required=True, metavar="N", help="its layers in the new order")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="the new encoder; must not exist")
    arguments = parser.parse_args(argv)
    if not (arguments.encoder / "config.json").is_file():
        parser.error(f"there is no config.json in {arguments.encoder}")
    config = json.loads((arguments.encoder / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "modernbert" or not isinstance(config.get("layer_types"), list):
        parser.error(f"{arguments.encoder} is no ModernBERT encoder")
    if arguments.layers[0] != 0 or not all(0 <= n < len(config["layer_types"]) for n in arguments.layers):
        parser.error(f"--layers: 0 first, then numbers from 0 to {len(config['layer_types']) - 1}")
    if 0 in arguments.layers[1:]:
        parser.error("--layers: 0 can be the first only")
    if arguments.output.exists():
        parser.error(f"--output: {arguments.output} is there already")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    arguments = parse(argv)

    from safetensors.torch import load_file, save_file

    shutil.copytree(arguments.encoder, arguments.output, ignore=shutil.ignore_patterns("README.md", "*.safetensors"))
    config = json.loads((arguments.encoder / "config.json").read_text(encoding="utf-8"))
    config["num_hidden_layers"] = len(arguments.layers)
    config["layer_types"] = [config["layer_types"][n] for n in arguments.layers]
    (arguments.output / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

    tensors = {}
    for name, tensor in load_file(arguments.encoder / "model.safetensors").items():
        layer = _LAYER.fullmatch(name)
        if layer is None:
            tensors[name] = tensor
            continue
        for place, number in enumerate(arguments.layers):
            if number == int(layer["number"]):
                tensors[f"{layer['before']}.{place}.{layer['behind']}"] = tensor.clone()
    save_file(tensors, arguments.output / "model.safetensors", metadata={"format": "pt"})
    size = sum(tensor.numel() for tensor in tensors.values())
    print(f"{arguments.output}: {len(arguments.layers)} layers, {size:,} weights", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
