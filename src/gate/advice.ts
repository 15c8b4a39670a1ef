import type { Door, SubjectFailure } from './protocol.js';

/** What a person can do about an optimizer that fails before it has said who it is; null where the failure says it itself. */
export function advice({ failure, message }: SubjectFailure, kind: Door['kind']): string | null {
  switch (failure) {
    case 'crashed':
      if (kind === 'module') return null;
      if (/ status 127\b/.test(message)) return 'say what runs it, "python3 optimizer.py", or where it lies, "./optimizer"';
      if (/ status 126\b/.test(message)) return 'make it executable with chmod +x, or say what runs it, "python3 optimizer.py"';
      return 'run the same command in this folder: it should wait for lines; "omg-oracle init" writes a program that speaks the protocol (docs/PROTOCOL.md)';
    case 'timed-out':
      return 'flush after each answer, or leave it more time to load with --start-timeout 60s';
    case 'garbled':
      return 'keep standard output for the protocol (docs/PROTOCOL.md), and print to standard error';
    default:
      return null;
  }
}
