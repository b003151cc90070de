import createNextIntlPlugin from 'next-intl/plugin';

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Compression would hold server-sent events back until its buffer is full; on the loopback interface it gains nothing.
  compress: false,
  serverExternalPackages: ['pg', '@prisma/client', '@prisma/adapter-pg', 'jsonata'],
  devIndicators: false,
  // Nobody may lay the dashboard invisibly over another page and have its Abort clicked.
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'content-security-policy', value: "frame-ancestors 'none'" },
        { key: 'x-content-type-options', value: 'nosniff' },
        { key: 'referrer-policy', value: 'same-origin' },
      ],
    },
  ],
};

export default createNextIntlPlugin('./src/app/i18n.ts')(config);
