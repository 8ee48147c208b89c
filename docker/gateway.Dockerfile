# The gateway: GraphQL, sign-in and signed object URLs. Also brings the database and the bucket up
# to date (docker/prepare.ts). Build from the repository's root, as compose.yaml does.
FROM node:24-bookworm-slim
WORKDIR /colloid
# Neither the GPU provider's nor Prisma's engine download is used; both need hosts beyond the package registry.
ENV ONNXRUNTIME_NODE_INSTALL=skip PRISMA_SCHEMA_ENGINE_BINARY=/bin/sh TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN node_modules/.bin/turbo run generate --filter=@colloid/gateway...
ENV NODE_ENV=production
USER node
EXPOSE 4080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:4080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node_modules/.bin/node", "apps/gateway/src/main.ts"]
