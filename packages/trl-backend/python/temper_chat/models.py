"""The model that answers: one base in memory, with one adapter on it or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from temper_trl.adapter import attach_adapter, check_base
from temper_trl.device import PRECISIONS
from temper_trl.model import load_model, load_tokenizer, stored_precision


@dataclass(frozen=True)
class Speaker:
    """Which model is meant: weights, with the digest that an adapter knows them by, and the adapter."""

    weights: Path
    base_digest: str
    adapter: Path | None


class Models:
    """Loads what a speaker needs. Two of the same base share it, so that comparing them takes the memory of one."""

    def __init__(self, phase: Callable[[str], None]) -> None:
        self.device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
        self._phase = phase
        self._loaded: Speaker | None = None
        self._model: Any = None
        self._tokenizers: dict[Path, Any] = {}

    def tokenizer(self, folder: Path) -> Any:
        """The tokenizer of a folder, read once."""
        if folder not in self._tokenizers:
            self._tokenizers[folder] = load_tokenizer(folder)
        return self._tokenizers[folder]

    def model(self, speaker: Speaker) -> Any:
        """The speaker's model, ready to answer."""
        if speaker == self._loaded:
            return self._model
        if speaker.adapter is not None:
            check_base(speaker.adapter, speaker.base_digest)
        base = self._base(speaker.weights)
        self._model, self._loaded = base, Speaker(speaker.weights, speaker.base_digest, None)
        if speaker.adapter is not None:
            self._model = attach_adapter(base, speaker.adapter)
            self._loaded = speaker
        return self._model

    def _base(self, weights: Path) -> Any:
        if self._loaded is not None and self._loaded.weights == weights:
            return self._model if self._loaded.adapter is None else self._model.unload()
        # Let go of the old one first: there may be no room for two.
        self._model = self._loaded = None
        self._phase('loading the model')
        # bf16 is several times slower than fp32 on a CPU that has no instructions for it.
        dtype = PRECISIONS['fp32'] if self.device.type == 'cpu' else stored_precision(weights)
        return load_model(weights, dtype=dtype, device=self.device)
