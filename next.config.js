/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // server.ts serves static files from memory, compressed at build time; compressing pages would cost CPU on each.
  compress: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  // Types are checked by `npm run check` and `npm test`; a build must not fail over a test file.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  serverExternalPackages: ['@node-rs/argon2', 'pg', '@prisma/adapter-pg', 'nodemailer'],
  experimental: {
    // server.ts counts every body; this is the framework's own limit for actions, the same figure.
    serverActions: { bodySizeLimit: '256kb' },
  },
}

export default config
