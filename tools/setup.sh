#!/bin/sh
# Sets up the virtual environment: `tools/setup.sh .venv`. Needs Python 3.11 or newer; brings everything else, Node included.
set -eu

venv=$1

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Switchboard needs Python 3.11 or newer, and found none. Install it, or name it: make up PYTHON=/path/to/python3" >&2
    exit 1
}

if ! [ -x "$venv/bin/python" ]; then
    python=$(find_python)
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "$python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi

if ! "$venv/bin/uv" --version >/dev/null 2>&1; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
fi
"$venv/bin/uv" pip sync --quiet --require-hashes --python "$venv/bin/python" requirements/dev.txt
