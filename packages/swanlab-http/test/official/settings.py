"""What the official client makes of the variables and files around it, as one line of JSON."""

import json

from swanlab.sdk.internal.settings import Settings


def main():
    settings = Settings()
    print(
        json.dumps(
            {
                "mode": settings.mode,
                "apiHost": settings.api_host,
                "apiKey": settings.api_key,
                "project": settings.project.name,
                "workspace": settings.project.workspace,
                "tags": settings.experiment.tags,
                "recordBatch": settings.core.record_batch,
            }
        )
    )


if __name__ == "__main__":
    main()
