"""Answers for `temper chat`: a process that holds a model and speaks JSON, one object a line.

Comes in, on stdin: `{"type": "answer", "id", "weights", "baseDigest", "adapter", "tokenizer", "messages",
"maxNewTokens", "temperature", "seed"}` (folders of artifacts; `adapter` may be null), and `{"type": "stop", "id"}`.
Goes out, on stdout: `phase` while a model is loaded, `text` piece by piece, and for each answer one `done` or `failed`.
After the end of stdin what was asked is still answered, if anybody reads it; then the process ends. It keeps nothing between answers but the loaded model: every request names all that
it needs, so that whoever asks may change adapter, history and settings at any time.
"""
