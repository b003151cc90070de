import type { Config } from 'tailwindcss';
import plugin from 'tailwindcss/plugin';

/**
 * The theme's tokens, once for each theme. Greys are neutral; a hue says a status and nothing else, but for the one
 * accent of focus and selection. Text colours have at least 4.5:1 on every surface of their theme.
 */
const light = {
  canvas: '#fafafb',
  surface: '#ffffff',
  raised: '#f3f3f5',
  line: '#e6e6ea',
  edge: '#8c8e98',
  text: '#17181c',
  muted: '#5a5d67',
  accent: '#4a50d0',
  'accent-soft': '#ecedfb',
  active: '#16734a',
  'active-soft': '#e4f4ec',
  aborted: '#b9232c',
  'aborted-soft': '#fcebec',
  ended: '#4d515c',
  'ended-soft': '#eeeef1',
  refused: '#8a5300',
  'refused-soft': '#fcf2de',
  danger: '#c4262e',
  'danger-hover': '#a91f27',
};

const dark: typeof light = {
  canvas: '#0d0e11',
  surface: '#131417',
  raised: '#1c1d22',
  line: '#26272d',
  edge: '#6c6f7a',
  text: '#ececf0',
  muted: '#a1a4ae',
  accent: '#9aa0ff',
  'accent-soft': '#20223f',
  active: '#56c990',
  'active-soft': '#12291f',
  aborted: '#ff8a8c',
  'aborted-soft': '#2d181b',
  ended: '#b1b4be',
  'ended-soft': '#24252b',
  refused: '#e6ae4b',
  'refused-soft': '#2a2112',
  danger: '#c9313a',
  'danger-hover': '#b3262f',
};

const toVariables = (tokens: typeof light) =>
  Object.fromEntries(Object.entries(tokens).map(([name, value]) => [`--pulse-${name}`, value]));

export default {
  content: [],
  theme: {
    extend: {
      colors: Object.fromEntries(Object.keys(light).map((name) => [name, `var(--pulse-${name})`])),
      fontFamily: { sans: 'var(--font-geist-sans), sans-serif', mono: 'var(--font-geist-mono), monospace' },
      fontSize: {
        xs: ['12px', '16px'],
        sm: ['13px', '20px'],
        base: ['14px', '20px'],
        lg: ['16px', '24px'],
        xl: ['20px', '28px'],
      },
      borderRadius: { DEFAULT: '6px' },
    },
  },
  plugins: [plugin(({ addBase }) => addBase({ ':root': toVariables(light), '.dark': toVariables(dark) }))],
} satisfies Config;
