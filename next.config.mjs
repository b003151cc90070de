import createNextIntlPlugin from 'next-intl/plugin';

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Compression would hold server-sent events back until its buffer is full; on the loopback interface it gains nothing.
  compress: false,
  serverExternalPackages: ['better-auth', 'pg', '@prisma/client', '@prisma/adapter-pg', 'jsonata'],
  devIndicators: false,
};

export default createNextIntlPlugin('./src/app/i18n.ts')(config);
