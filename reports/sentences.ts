import type { ClaimInfo } from './claim-page.js';
import { math, table } from './markdown.js';

/** A sentence of the paper's main text. */
export interface Sentence {
  /** "5.16": the 16th of Section 5. The abstract is Section 0. */
  readonly place: string;
  readonly begins: string;
  /** What it is, where it states nothing that a claim tests, and what there is to say of it. */
  readonly kind: string | null;
  readonly note: string;
}

/** Why no claim tests a sentence. */
export const KINDS: Readonly<Record<string, string>> = {
  defines: 'It fixes a name or a notion. Formulas use it; it cannot be false.',
  assumes: 'A hypothesis, which claims have among theirs.',
  announces: 'It says what the paper does, elsewhere.',
  elsewhere: 'It points to an appendix, which is not tested here.',
  background: 'It is about the work of others.',
  view: 'An interpretation: nothing follows from it that could be tested.',
  experiment: 'It tells of an experiment. What can be said of it without its data stands in FIGURES.md and RESNET.md.',
};

/** docs/sentences.txt: a sentence a line, its place, how it begins, and what it is where no claim tests it. @throws {RangeError} another line. */
export function parseSentences(text: string): Sentence[] {
  return text.trimEnd().split('\n').map((line) => {
    const [place, begins, is] = line.split('\t');
    const [kind = null, note = ''] = is?.split(/: (.*)/u) ?? [];
    if (begins === undefined || (kind !== null && !(kind in KINDS)))
      throw new RangeError(`expected "place, beginning, kind: note" with tabs between them, got ${JSON.stringify(line)}`);
    return { place, begins, kind, note } as Sentence;
  });
}

/** docs/SENTENCES.md: every sentence, and the claims that test what it says. */
export function renderSentences(sentences: readonly Sentence[], claims: readonly ClaimInfo[]): string {
  const of = ({ place }: Sentence): readonly ClaimInfo[] => claims.filter((claim) => claim.sentences.includes(place));
  const tested = sentences.filter((sentence) => of(sentence).length > 0);
  const sections = [...new Set(sentences.map(({ place }) => place.split('.')[0]!))];
  return [
    '# What becomes of each sentence of the paper',
    `The main text has ${sentences.length} sentences, captions and algorithms among them. ${tested.length} say something that a claim tests; the others do not, and for this reason:`,
    table([['', 'Sentences', ''], ...Object.entries(KINDS).map(([kind, told]) => [kind, String(sentences.filter((one) => one.kind === kind).length), told])]).trimEnd(),
    '5.16 is the 16th sentence of Section 5; a displayed formula belongs to the sentence around it. The rows are `docs/sentences.txt`, and the claims name their sentences: `npm run docs` puts them together.',
    ...sections.flatMap((section) => [
      `## ${section === '0' ? 'Abstract' : `Section ${section}`}`,
      table([
        ['', 'It begins', 'What becomes of it'],
        ...sentences.filter(({ place }) => place.startsWith(`${section}.`)).map((sentence) => [
          sentence.place,
          math(sentence.begins),
          [
            ...of(sentence).map(({ id }) => `[${id}](claims/${id}.md)`),
            ...(sentence.kind === null ? [] : [`${sentence.kind}${sentence.note === '' ? '' : `: ${math(sentence.note)}`}`]),
          ].join(', '),
        ]),
      ]).trimEnd(),
    ]),
  ].join('\n\n') + '\n';
}
