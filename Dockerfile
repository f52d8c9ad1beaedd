# syntax=docker/dockerfile:1
# Stage 1 compiles better-sqlite3 where no prebuilt binary fits and builds the program; stage 2 holds only what runs.
ARG NODE_VERSION=26
FROM node:${NODE_VERSION}-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# `prepare` only patches the compiler's diagnostics, which an image build does not need. Not `npm ci`: see .ci/ready.mjs.
RUN npm install --no-save --ignore-scripts && npm rebuild better-sqlite3
COPY tsconfig.json tsconfig.build.json ./
COPY .ci/bundle.mjs .ci/bundle.mjs
COPY migrations migrations
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:${NODE_VERSION}-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/* \
  && mkdir -p /app/data/tmp /app/config && chown -R node:node /app/data /app/config
WORKDIR /app
# The database is where it is by default, in /app/data: the sandbox's in a file of its own. Large bodies are kept on that disk while they
# are read: /tmp may be in memory.
ENV NODE_ENV=production \
    TMPDIR=/app/data/tmp \
    ONCECAST_CONFIG=/app/config/oncecast.yaml \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080 \
    LOG_FORMAT=json
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
USER node
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.HTTP_PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--max-semi-space-size=4", "--heap-growing-percent=50", "--no-allocation-site-pretenuring", "--expose-gc", "--wasm-tiering-budget=1000000000", "dist/bin/oncecast.js"]
CMD ["run"]
