# The pages. Browsers reach them through the gateway, which is the one public origin.
# Build from the repository's root, as compose.yaml does.
FROM node:24-bookworm-slim
WORKDIR /colloid
# Neither the GPU provider's nor Prisma's engine download is used; both need hosts beyond the package registry.
ENV ONNXRUNTIME_NODE_INSTALL=skip PRISMA_SCHEMA_ENGINE_BINARY=/bin/sh TURBO_TELEMETRY_DISABLED=1 NEXT_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN node_modules/.bin/turbo run build --filter=@colloid/web && chown -R node:node apps/web/.next
ENV NODE_ENV=production
USER node
WORKDIR /colloid/apps/web
EXPOSE 4081
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:4081/sign-in').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["../../node_modules/.bin/node", "../../node_modules/next/dist/bin/next", "start", "-H", "0.0.0.0", "-p", "4081"]
