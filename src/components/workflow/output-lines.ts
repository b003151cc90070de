import Anser from 'anser';
import type { OutputChunk } from '#domain/output.ts';

/** A part of a line in one look. Its text is put on the page as text: what a program prints is never markup. */
export interface OutputPart {
  text: string;
  /** The colour's name, such as `red` or `bright-blue`, or its `r, g, b`. */
  colour: string | null;
  bold: boolean;
  dim: boolean;
}

export interface OutputLine {
  /** Its place among all lines: keys stay as lines are let go of. */
  number: number;
  stream: OutputChunk['stream'];
  parts: OutputPart[];
}

/** What a role has printed, in lines. */
export interface OutputText {
  lines: readonly OutputLine[];
  /** How many bytes before these are not kept any more. */
  missingBytes: number;
}

/** More are not kept in a page; the download has all that the server keeps. */
export const maxLines = 20_000;
/** A program that never ends its line must not make one that no browser can lay out. */
const maxPartsPerLine = 500;

// The titles, links and the like that a terminal takes, and what stands at the end of a chunk and goes on in the next.
const [esc, bell] = ['\u001b', '\u0007'];
const otherSequences = new RegExp(`${esc}\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)`, 'g');
const unfinished = new RegExp(`${esc}(?:\\[[\\d;?]*|\\][^${bell}${esc}]{0,2000})?$`);

/** A code that means nothing: Anser begins each text plain, and takes its own state up again only behind a code. */
const goOn = `${esc}[150m`;

/** Makes what turns chunks into lines: colours and unfinished lines go on from one chunk to the next. */
export function createOutputReader(): (chunks: readonly OutputChunk[]) => OutputText {
  const painters = new Map<string, { anser: Anser; rest: string; open: OutputLine | undefined }>();
  let lines: OutputLine[] = [];
  let count = 0;
  let missingBytes = 0;

  return (chunks) => {
    lines = [...lines];
    for (const chunk of chunks) take(chunk);
    if (lines.length > maxLines) lines = lines.slice(-maxLines);
    return { lines, missingBytes };
  };

  function take({ stream, text, missingBytes: missing }: OutputChunk): void {
    missingBytes += missing;
    const painter = painters.get(stream) ?? { anser: new Anser(), rest: '', open: undefined };
    painters.set(stream, painter);
    const whole = (painter.rest + text).replace(otherSequences, '');
    painter.rest = unfinished.exec(whole)?.[0] ?? '';
    const ready = painter.rest === '' ? whole : whole.slice(0, -painter.rest.length);
    const pieces = painter.anser.ansiToJson(`${goOn}${ready.replaceAll('\r\n', '\n')}`, {
      json: true,
      use_classes: true,
      remove_empty: true,
    });
    for (const piece of pieces) {
      const [first = '', ...others] = piece.content.split('\n');
      const look = toLook(piece);
      write(first, look);
      for (const other of others) {
        if (!painter.open) begin();
        painter.open = undefined;
        write(other, look);
      }
    }

    function write(content: string, look: Omit<OutputPart, 'text'>): void {
      if (content === '') return;
      const line = painter.open ?? begin();
      const rewritten = content.lastIndexOf('\r'); // A progress bar writes its line anew.
      const kept = rewritten === -1 ? line.parts : [];
      if (kept.length < maxPartsPerLine) replaceParts(line, [...kept, { text: content.slice(rewritten + 1), ...look }]);
    }

    function begin(): OutputLine {
      const line: OutputLine = { number: count, stream, parts: [] };
      count += 1;
      lines.push(line);
      painter.open = line;
      return line;
    }

    /** A new object, so that what shows the line sees that it has changed. */
    function replaceParts(line: OutputLine, parts: OutputPart[]): void {
      const changed = { ...line, parts };
      const at = lines.lastIndexOf(line);
      if (at !== -1) lines[at] = changed;
      painter.open = changed;
    }
  }
}

function toLook({ fg, fg_truecolor, decorations }: Anser.AnserJsonEntry): Omit<OutputPart, 'text'> {
  const colour = fg === 'ansi-truecolor' ? fg_truecolor : fg ? fg.replace(/^ansi-/, '') : null;
  return { colour, bold: decorations.includes('bold'), dim: decorations.includes('dim') };
}
