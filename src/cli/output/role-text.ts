/** What begins a code for colours and has not ended yet: the rest of it comes with the next text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: codes for terminals begin with one.
const begunCode = /\u001b(\[[\d;:]*)?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: codes for terminals begin with one.
const colourCode = /(\u001b\[[\d;:]*m)/;
// All control characters but tab, newline and carriage return, and the marks that reorder text on screen.
const unsafe = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes what a role has printed safe for a terminal, text after text: lines and colours stay, and nothing else that a terminal
 * would obey.
 */
export function createRoleText(): (text: string) => string {
  let begun = '';
  return (text) => {
    const whole = begun + text;
    begun = begunCode.exec(whole)?.[0] ?? '';
    const parts = whole.slice(0, whole.length - begun.length).split(colourCode);
    return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(unsafe, '\ufffd'))).join('');
  };
}
