"""Why a job ends without a result."""

from __future__ import annotations

#: Reasons that a job may give for itself; the launcher knows some more (see its table of verdicts).
REASONS = ('bad-input', 'user-error', 'gate', 'no-space', 'out-of-memory', 'gpu-out-of-memory', 'code', 'interrupted')


class JobError(Exception):
    """A failure that the stage can explain: ends the job with status 1, or 75 for `interrupted`.

    `reason` is one of REASONS and says who can act; `message` is one sentence with the number that mattered and where
    it was found; `hint` says what to do next.
    """

    def __init__(self, reason: str, message: str, hint: str | None = None) -> None:
        if reason not in REASONS:
            raise ValueError(f'unknown reason {reason!r}, expected one of {", ".join(REASONS)}')
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.hint = hint
