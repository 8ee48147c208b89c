import path from 'node:path';
import type { NextConfig } from 'next';

const gateway = process.env['COLLOID_GATEWAY_URL'];

const config: NextConfig = {
  // Another folder lets a build run beside a server that was started from the usual one.
  distDir: process.env['COLLOID_WEB_DIST'] ?? '.next',
  outputFileTracingRoot: path.resolve(import.meta.dirname, '../..'),
  turbopack: { root: path.resolve(import.meta.dirname, '../..') },
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  // `npm run typecheck` is its own gate; checking again here would double the build time.
  typescript: { ignoreBuildErrors: true },
  // In production the gateway is the one public origin and proxies pages to this server. Under `next dev` it is the
  // other way round: a developer opens this server, which passes the gateway's paths on.
  rewrites: () =>
    Promise.resolve(
      process.env.NODE_ENV === 'development' && gateway !== undefined
        ? [
            '/graphql',
            '/api/auth/:path*',
            '/api/releases/:path*',
            '/objects/:path*',
            '/uploads/:path*',
          ].map((source) => ({
            source,
            destination: `${gateway}${source}`,
          }))
        : [],
    ),
};

export default config;
