#!/bin/sh
# Installs one part of a lock into /opt/venv, by its digests. Runs inside the build of an image; see Containerfile.
set -eu

# Indexes and proxies of whoever builds, and the certificates they are trusted by: used, and not kept.
if [ -f /run/secrets/settings ]; then . /run/secrets/settings; fi
if [ -s /run/secrets/certificates ]; then export SSL_CERT_FILE=/run/secrets/certificates; fi

uv=/context/uv/uv
if [ ! -x "$uv" ]; then
  # On a machine whose own uv cannot run in here, the base has to bring pip.
  python3 -m pip install --quiet --target /tmp/uv "uv==$UV_VERSION"
  uv=/tmp/uv/bin/uv
fi

# The base is to have a Python: uv would look for another one on the network.
export UV_PYTHON_DOWNLOADS=never
[ -d /opt/venv ] || "$uv" venv --quiet --python python3 /opt/venv
# A part may be empty, which installers take for a mistake.
if [ -s /context/lock.txt ]; then
  "$uv" pip install --python /opt/venv/bin/python --no-deps --require-hashes -r /context/lock.txt
fi
rm -rf /tmp/uv
