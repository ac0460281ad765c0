import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface StackFrame {
  function?: string;
  /** Relative to the folder of the release, since the path to it may name a person or a customer. */
  filename: string;
  lineno: number;
  colno: number;
  /** Whether the code is ours. */
  in_app: boolean;
}

const root = `${path.resolve(import.meta.dirname, '../..')}${path.sep}`;

/** The innermost ones, which tell what happened. Node.js itself keeps ten. */
const maxFrames = 30;

/** `    at async run (file:///app/src/worker.ts:10:5)`, and the same without a function. */
const frameForm =
  /^ {4}at (?:(?<name>[^()]{1,120}?) (?:\[as [\w$.<>]{1,60}\] )?\()?(?<file>(?:file:\/\/|node:|\/)[^()\s]{1,400}):(?<line>\d{1,7}):(?<column>\d{1,7})\)?$/;

/** `async`, `new`, and identifiers with dots: no words, as a message has them. */
const functionForm = /^(?:async )?(?:new )?[\w$.#<>]+$/;

/**
 * The frames of an error's stack, the oldest one first, without those outside of the release. The stack begins with the
 * message, which may have lines that look like frames, so what precedes the last lines that do is left out.
 */
export function stackFrames(error: Error): StackFrame[] {
  const { stack } = error;
  if (typeof stack !== 'string') return [];
  const header = `${error.name}: ${error.message}\n`;
  const lines = (stack.startsWith(header) ? stack.slice(header.length) : stack).split('\n');
  const afterMessage = lines.findLastIndex((line) => !line.startsWith('    at ')) + 1;
  // More than the engine keeps would be lines of the message that pretend to be frames.
  const kept = lines.slice(afterMessage).slice(-Error.stackTraceLimit);
  return kept.slice(0, maxFrames).map(toFrame).filter(isFrame).reverse();
}

const isFrame = (frame: StackFrame | null): frame is StackFrame => frame !== null;

function toFrame(line: string): StackFrame | null {
  const { name, file, line: lineno, column } = frameForm.exec(line)?.groups ?? {};
  const filename = file === undefined ? null : insideRelease(file);
  if (filename === null) return null;
  return {
    ...(name !== undefined && functionForm.test(name) && { function: name }),
    filename,
    lineno: Number(lineno),
    colno: Number(column),
    in_app: filename.startsWith('src/'),
  };
}

function insideRelease(file: string): string | null {
  if (file.startsWith('node:')) return file;
  const absolute = file.startsWith('file://') ? toPath(file) : file;
  return absolute?.startsWith(root) ? absolute.slice(root.length) : null;
}

function toPath(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}
