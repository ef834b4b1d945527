#!/bin/sh
# Install the kit from this folder, without a network.
exec "${PYTHON:-python3}" "$(dirname "$0")/install.py" "$@"
