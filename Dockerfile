# One image for the API, the worker and the migrations: they share all code, and versions that
# are deployed together cannot drift apart. The command decides which of them a container is.

# A tag can be moved, a digest cannot. script/pin-images looks digests up.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /source
COPY . .
# The same script that the tests run without Docker; the cache mount keeps npm's downloads
# between builds without keeping them in a layer.
RUN --mount=type=cache,target=/root/.npm script/build-image-root /app

FROM ${NODE_IMAGE}
# The Temporal client verifies TLS with the system's certificates, which slim images leave out.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
# The malloc settings keep a process under load smaller, as do the flags of CMD; src/local/application.ts says more.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
# Owned by root and run by another user: a process that is taken over cannot change its own code.
COPY --from=build /app /app
USER node
EXPOSE 3000 9464 9465
# For the API; docker-compose.yml has the worker's, and none for the migrations.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The exec form makes node PID 1, so SIGTERM reaches it and not a shell that would swallow it.
# PID 1 has no default signal handlers: server.ts and worker.ts install theirs. The only child process is the
# one in which the worker trains; Node.js reaps it, and it starts none itself, so an init has nothing to do.
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=40", "src/server.ts"]
