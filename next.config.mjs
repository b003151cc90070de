import createNextIntlPlugin from 'next-intl/plugin';

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Compression would hold server-sent events back until its buffer is full; on the loopback interface it gains nothing.
  compress: false,
  serverExternalPackages: ['better-auth', 'pg', '@prisma/client', '@prisma/adapter-pg', 'jsonata'],
  devIndicators: false,
  // Who goes to another page while the server is away gets it once it is back, and not the browser's own page.
  experimental: { useOffline: true },
};

export default createNextIntlPlugin({
  requestConfig: './src/app/i18n.ts',
  experimental: {
    // A browser that opens a page need not parse its texts.
    messages: { path: './src/messages', locales: 'infer', format: 'json', precompile: true },
  },
})(config);
