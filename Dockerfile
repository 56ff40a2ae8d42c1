# Porchlight in one image: the server, and the client that it serves. docs/deploy.md says how to run it.

FROM node:24-bookworm-slim AS packages
WORKDIR /porchlight
COPY package.json package-lock.json ./
COPY apps/signal/package.json apps/signal/
COPY apps/web/package.json apps/web/
COPY bench/package.json bench/
COPY libs/channel/package.json libs/channel/
COPY libs/invite/package.json libs/invite/
COPY libs/protocol/package.json libs/protocol/

# Without scripts: they fetch browsers and a Node of their own, and the image has its Node.
FROM packages AS client
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY svelte.config.js tsconfig.json ./
COPY scripts scripts
COPY libs libs
COPY apps apps
RUN npm run build

# The second step takes out what stayed because something asks for it only while developing.
FROM packages AS server
RUN npm ci --omit=dev --workspace=apps/signal --ignore-scripts --no-audit --no-fund \
  && npm pkg delete devDependencies --workspaces --include-workspace-root \
  && npm prune --omit=dev --workspace=apps/signal --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /porchlight
COPY --from=server /porchlight/node_modules node_modules
COPY apps/signal apps/signal
COPY libs/protocol libs/protocol
COPY --from=client /porchlight/apps/web/build apps/web/build
# Nothing in here belongs to it, and it writes nowhere, so that the root can be read-only.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--no-memory-reducer", "apps/signal/src/main.ts"]
