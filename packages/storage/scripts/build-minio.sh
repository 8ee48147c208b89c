#!/bin/sh
# Builds the MinIO server that the tests run against, from its Go module, into .cache/bin of the
# repository: the project is archived and publishes no binaries any more. Does nothing when the
# binary is there already.
set -eu

# The last commit of the archived project.
version=v0.0.0-20260212201848-7aac2a2c5b7c

bin="$(cd "$(dirname "$0")/../../.." && pwd)/.cache/bin"
if [ -x "$bin/minio" ]; then
  echo "MinIO is there already: $bin/minio"
  exit 0
fi
if ! command -v go >/dev/null 2>&1; then
  echo "MinIO cannot be built because Go is not installed; install Go, or set MINIO_BINARY to a MinIO server that you have." >&2
  exit 1
fi
mkdir -p "$bin"
GOBIN="$bin" go install "github.com/minio/minio@$version"
echo "MinIO is built: $bin/minio"
