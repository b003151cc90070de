import localFont from 'next/font/local';

/**
 * The faces of the dashboard, from the package `geist`, with short fallbacks of our own: the browser asks the system for every
 * family that stands before one it has, one after the other, while a page waits to be laid out.
 */
export const sans = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2',
  variable: '--font-geist-sans',
  weight: '100 900',
});

export const mono = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2',
  variable: '--font-geist-mono',
  weight: '100 900',
  adjustFontFallback: false,
  fallback: ['monospace'],
});
