# A worker: takes jobs and runs them. Start as many as there are machines.
# Build from the repository's root, as compose.yaml does.
FROM node:24-bookworm-slim
WORKDIR /colloid
# Neither the GPU provider's nor Prisma's engine download is used; both need hosts beyond the package registry.
ENV ONNXRUNTIME_NODE_INSTALL=skip PRISMA_SCHEMA_ENGINE_BINARY=/bin/sh TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN node_modules/.bin/turbo run generate --filter=@colloid/worker...
# Memory in large pages where the machine's kernel gives them, as in ./colloid.
ENV NODE_ENV=production GLIBC_TUNABLES=glibc.malloc.hugetlb=1
USER node
CMD ["node_modules/.bin/node", "apps/worker/src/main.ts"]
