"""What training, evaluation and merging share: models, adapters, token files, scoring, generation, tensors on disk.

Comes in: folders of artifacts (model weights, tokenizer, tokens, adapter) as their kinds describe them. Goes out:
loaded models, numbers, texts, and files with the same bytes for the same values. Takes for granted the libraries of the
`trl` environment, and that no model hub can be reached. Every module imports heavy libraries only where it needs them,
and this one imports nothing, so that a stage's identity holds the modules that it uses and no others.
"""
