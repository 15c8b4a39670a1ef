/** The two ways in which reading and writing files goes wrong through no fault of this package. */

/** What a message owes its reader: what was expected, what came instead, what to do now. */
export interface Complaint {
  readonly expected: string;
  readonly received: string;
  readonly remedy: string;
}

function sentence({ expected, received, remedy }: Complaint): string {
  return `expected ${expected}, but ${received}. ${remedy}`;
}

/** A file that was handed in cannot be used: missing, cut off, garbled, or of another version. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** What the message is made of: it passes between threads, as an error does not. */
  readonly complaint: Complaint;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(sentence(complaint), options);
    this.complaint = complaint;
  }
}

/** A file cannot be written where it was asked for. Whatever lay there before is untouched. */
export class OutputError extends Error {
  override readonly name = 'OutputError';

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(sentence(complaint), options);
  }
}
