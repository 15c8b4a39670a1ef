/** One claim in full: what is printed, what holds, why, the numbers that refute what is printed, and how all of it is tested. In Markdown, and on a terminal. */

import { ERROR_KINDS, type ArithmeticName, type ClaimResult, type Counterexample, type ErrorKind, type Strength } from '../src/verdict.js';
import { math, plain, table } from './markdown.js';
import { aligned, clean, count, ERRORS, failure, place, readable, roundsOf, valueOf, valueText } from './wording.js';

/** What is known of a variant before anything runs. */
export interface VariantInfo {
  readonly statement: string;
  readonly hypotheses: readonly string[];
  readonly strength: Strength;
  readonly expected: 'holds' | 'refuted';
  /** How many non-trivial cases `verify` asks for, unless it is told otherwise. */
  readonly cases: readonly { readonly arithmetic: ArithmeticName; readonly cases: number }[];
  /** Label → the least share of the non-trivial cases that must carry it. */
  readonly coverage: { readonly [label: string]: number };
  /** Where the statement is a formula: all that is checked, line by line. */
  readonly lines: readonly string[];
}

export interface ClaimInfo {
  readonly id: string;
  readonly source: ClaimResult['source'];
  /** Their places. */
  readonly sentences: readonly string[];
  /** How the printed statement is false; null where it is not. */
  readonly error: ErrorKind | null;
  readonly printed: VariantInfo;
  /** null where the paper is right: the printed statement is the one that must hold. */
  readonly corrected: VariantInfo | null;
  /** A step a line; "[regret-bound]" names another claim. */
  readonly proof: string;
  /** The committed cases against the printed statement. */
  readonly counterexamples: readonly Counterexample[];
  /** Mistakes that this claim promises to catch. */
  readonly saboteurs: readonly { readonly name: string; readonly slip: string }[];
}

type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph' | 'statement'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'commands'; readonly lines: readonly string[] };

/** Runs of more rounds than `all` are shown by their first and last `ends`. */
const ROWS = { all: 60, ends: 10 };

const STRENGTHS: Readonly<Record<Strength, string>> = { identity: 'An identity', inequality: 'An inequality', rate: 'A rate', hypothesis: 'A hypothesis' };

/** What a check does, by the strength of what is claimed. */
const COMPARED: Readonly<Record<Strength, string>> = {
  identity: 'Compared are both sides, as an equality: exactly where the arithmetic is exact, in float64 up to a derived bound on what rounding may do.',
  inequality: 'An inequality is compared last. First comes the exact sum behind it, where there is one, as an equality, then the sign of each term that the inequality leaves out.',
  rate:
    'A rate is compared last. First come the exact sums behind it, where there are any, as equalities, then the sign of each term that is left out, then what each round costs.',
  hypothesis: 'Compared is whether the hypothesis can be met, by the formulas that it comes down to.',
};

/** The committed numbers: an array of rounds as a table, all else in a line each. */
function evidence(id: string, counterexample: Counterexample): Block[] {
  const entries = Object.entries(counterexample.evidence);
  const lines = entries.flatMap(([name, value]) => (roundsOf(value) === null ? [`${name} = ${valueText(valueOf(name, value))}`] : []));
  const tables = entries.flatMap(([name, value]): Block[] => {
    const rounds = roundsOf(value);
    if (rounds === null) return [];
    const head = Object.keys(rounds[0]!);
    const whole = rounds.length <= ROWS.all;
    const rows = (whole ? rounds : [...rounds.slice(0, ROWS.ends), ...rounds.slice(-ROWS.ends)]).map((round) => head.map((column) => valueText(round[column] ?? '')));
    return [
      ...(name === 'rounds' ? [] : [{ kind: 'paragraph', text: `${name}:` } as const]),
      { kind: 'table', rows: [head, ...rows] },
      ...(whole ? [] : [{ kind: 'paragraph', text: `The first and the last ${ROWS.ends} of ${rounds.length} rounds: docs/claims/${id}.json has them all.` } as const]),
    ];
  });
  return [...(lines.length === 0 ? [] : [{ kind: 'list', items: lines } as const]), ...tables];
}

/** Both sides of a counterexample, long fractions in decimals unless they would come out alike. */
function sidesOf(counterexample: Counterexample): string {
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  const [a, b] = [readable(lhs), readable(rhs)];
  if (a === b || (a === lhs && b === rhs)) return `${lhs} ${relation} ${rhs}${nearly === null ? '' : ` (${nearly})`}`;
  return `${a} ${relation} ${b}`;
}

function counterexampleBlocks(id: string, counterexample: Counterexample): Block[] {
  return [
    { kind: 'heading', level: 3, text: sidesOf(counterexample) },
    { kind: 'paragraph', text: `What it says here: ${counterexample.expected}${counterexample.exact ? '' : ' (in floating point)'}` },
    ...evidence(id, counterexample),
  ];
}

function statementBlocks(title: string, { statement, hypotheses }: VariantInfo): Block[] {
  return [
    { kind: 'heading', level: 2, text: title },
    { kind: 'statement', text: statement },
    ...(hypotheses.length === 0 ? [] : [{ kind: 'paragraph', text: 'Provided that' } as const, { kind: 'list', items: hypotheses } as const]),
  ];
}

function testBlocks({ id, printed, corrected, saboteurs }: ClaimInfo): Block[] {
  const held = corrected ?? printed;
  const variants: (readonly [string, VariantInfo])[] = corrected === null ? [['as printed', printed]] : [['as printed', printed], ['corrected', corrected]];
  const coverage = Object.entries(held.coverage);
  return [
    { kind: 'heading', level: 2, text: 'How it is tested' },
    {
      kind: 'table',
      rows: [['Variant', 'Arithmetic', 'Cases'], ...variants.flatMap(([name, { cases }]) => cases.map(({ arithmetic, cases: asked }) => [name, arithmetic, count(asked)]))],
    },
    {
      kind: 'paragraph',
      text: `So many non-trivial cases are asked for by default.${corrected === null ? '' : ' As printed the search ends with the first counterexample.'} ${
        COMPARED[held.strength]
      }`,
    },
    ...(coverage.length === 0 ? [] : [
      { kind: 'paragraph', text: 'The share of them that must carry a label, or the run is inconclusive:' } as const,
      { kind: 'table', rows: [['Label', 'At least'], ...coverage.map(([label, share]) => [label, `${Number((100 * share).toFixed(3))} %`])] } as const,
    ]),
    ...(saboteurs.length === 0
      ? [{ kind: 'paragraph', text: 'It must catch at least one of the saboteurs, the deliberate mistakes of “omg-oracle self-test”, which says which ones it catches.' } as const]
      : [
        { kind: 'paragraph', text: 'It must catch these saboteurs, the deliberate mistakes of “omg-oracle self-test”:' } as const,
        { kind: 'list', items: saboteurs.map(({ name, slip }) => `${name}: ${slip}`) } as const,
      ]),
    { kind: 'heading', level: 2, text: 'How to run it' },
    { kind: 'commands', lines: [`npx omg-oracle verify --claims ${id}`, ...(corrected === null ? [] : [`npx omg-oracle replay reports/out/counterexamples/${id}.printed.json`])] },
  ];
}

function blocks(claim: ClaimInfo): Block[] {
  const { id, source, printed, corrected, proof, counterexamples: [first, ...others] } = claim;
  return [
    { kind: 'heading', level: 1, text: id },
    {
      kind: 'paragraph',
      text: `${place(source)}. ${STRENGTHS[(corrected ?? printed).strength]}. ${corrected === null ? 'True as printed.' : `False as printed: ${ERRORS[claim.error!][0]}.`}`,
    },
    ...statementBlocks('As printed', printed),
    ...(corrected === null ? [] : statementBlocks('Corrected', corrected)),
    { kind: 'heading', level: 2, text: 'Proof in brief' },
    ...proofSteps(proof).map((text) => ({ kind: 'paragraph', text }) as const),
    ...lineBlocks(corrected ?? printed),
    ...(first === undefined ? [] : [{ kind: 'heading', level: 2, text: 'Counterexample' } as const, ...counterexampleBlocks(id, first)]),
    ...(others.length === 0
      ? []
      : [{ kind: 'heading', level: 2, text: 'More counterexamples' } as const, { kind: 'paragraph', text: 'To other readings, and to what else is wrong.' } as const]),
    ...others.flatMap((one) => counterexampleBlocks(id, one)),
    ...testBlocks(claim),
  ];
}

function lineBlocks({ lines }: VariantInfo): Block[] {
  if (lines.length === 0) return [];
  return [{ kind: 'paragraph', text: 'Checked on every case, line by line, for all that is free:' }, { kind: 'list', items: lines }];
}

function proofSteps(proof: string): string[] {
  return proof.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** The claims that a proof refers to. */
export function usedClaims(proof: string): string[] {
  return [...proof.matchAll(REFERENCE)].map(([, id]) => id!);
}

const REFERENCE = /\[([a-z][a-z0-9]*(?:-[a-z0-9]+)+|nesterov)\]/gu;

/** Text with its mathematics, and links to the claims that it names. */
function linked(text: string): string {
  let [out, end] = ['', 0];
  for (const match of text.matchAll(REFERENCE)) {
    out += `${math(text.slice(end, match.index))}[${match[1]!}](${match[1]!}.md)`;
    end = match.index + match[0].length;
  }
  return out + math(text.slice(end));
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${block.level === 1 ? plain(block.text) : math(block.text)}\n`;
    case 'paragraph':
      return `${linked(block.text)}\n`;
    case 'statement':
      return `> ${math(block.text)}\n`;
    case 'list':
      return block.items.map((item) => `- ${math(item)}\n`).join('');
    case 'table':
      return table(block.rows.map((row) => row.map(math)));
    case 'commands':
      return `\`\`\`sh\n${block.lines.join('\n')}\n\`\`\`\n`;
  }
}

/** A claim's page for docs/claims. */
export function renderClaimPage(claim: ClaimInfo): string {
  return [
    ...blocks(claim).map(markdownBlock),
    ...(claim.counterexamples.length === 0
      ? []
      : [
        `Fractions of more than 12 digits are rounded here to 10; \`docs/claims/${claim.id}.json\` in the repository, and \`npx omg-oracle claims ${claim.id} --json\`, have the counterexamples exactly, with every round.\n`,
      ]),
    `The check itself is \`properties/${claim.id}.ts\`. The notation is that of [all claims](README.md).\n`,
  ].join('\n');
}

function textBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? block.text : block.level === 2 ? block.text.toUpperCase() : `• ${block.text}`;
    case 'paragraph':
    case 'statement':
      return `  ${block.text}`;
    case 'list':
      return block.items.map((item) => `  - ${item}`).join('\n');
    case 'table':
      return aligned(block.rows).map((line) => `  ${line}`).join('\n');
    case 'commands':
      return block.lines.map((line) => `  ${line}`).join('\n');
  }
}

/** The same for a terminal. */
export function renderClaimText(claim: ClaimInfo): string {
  return `${blocks(claim).map((block) => clean(textBlock(block))).join('\n\n')}\n`;
}

/** docs/claims/ID.json: the counterexamples as they are, to be read by programs; null where there are none. */
export function claimNumbers({ counterexamples }: ClaimInfo): string | null {
  return counterexamples.length === 0 ? null : `${JSON.stringify(counterexamples)}\n`;
}

/** docs/ERRATA.md: every statement that is false as printed, by what is wrong with it, in the order that they are given: the paper's. */
export function renderErrataPage(claims: readonly ClaimInfo[]): string {
  const wrong = claims.flatMap((claim) => (claim.corrected === null ? [] : [{ ...claim, corrected: claim.corrected }]));
  const given = ({ hypotheses }: VariantInfo): string => (hypotheses.length === 0 ? '' : ` Provided that ${hypotheses.map(math).join('; ')}.`);
  return [
    '# Errata',
    `${wrong.length} of ${claims.length} statements of the paper are false as printed. Each has what is printed, what holds instead, and the two sides of the counterexample; its page has the whole of it, and the proof. \`npx omg-oracle verify\` checks it again, and searches for others on its own. [SETTLED.md](SETTLED.md) has what the paper leaves open. The notation is that of [all claims](claims/README.md#notation). Generated from the claims by \`npm run docs\`.`,
    ...ERROR_KINDS.flatMap((kind) => [
      `## ${math(ERRORS[kind][0].replace(/^./u, (letter) => letter.toUpperCase()))}`,
      math(ERRORS[kind][1]),
      ...wrong.filter(({ error }) => error === kind).flatMap(({ id, source, printed, corrected, counterexamples: [first] }) => [
        `### ${plain(id)}`,
        `${plain(place(source))}. [Proof, numbers, and how it is tested](claims/${id}.md).`,
        `Printed: ${math(printed.statement)}.${given(printed)}`,
        `Holds: ${math(corrected.statement)}.${given(corrected)}`,
        ...(first === undefined ? [] : [`Counterexample: **${math(sidesOf(first))}**.`]),
      ]),
    ]),
  ].join('\n\n') + '\n';
}

/** What every page uses and does not say again. */
const NOTATION = [
  'G_t = ∇f(x̄_t). φ is affine in w: φ(x̄_{t−1}, w) = A_t w + b_t, A_t = Dφ(x̄_{t−1}, ·). g_t = A_tᵀG_t, and g̃_t is the hint for it',
  'A round, unless a page says otherwise: w_t = Π_W(−η_t(S_{t−1} + α_t g̃_t)), which is Π_W(0) where η_t = 0; x_t = φ(x̄_{t−1}, w_t); x̄_t = (1 − ρ_t)x̄_{t−1} + ρ_t x_t. With Eq. (3) as written S_t weighs g_s with α_sρ_s',
  'α_{1:t} = α_1 + … + α_t, ρ_t = α_t/α_{1:t}, ρ̃_t = ρ_t(1 − ρ_{t−1})/ρ_{t−1}, S_t = α_1g_1 + … + α_tg_t',
  'η_t: the learning rate that formed w_t. It is β_t in Eq. (4), and β_{t−1} in Algorithms 2 and 4',
  'Π_W: the Euclidean projection on W. B_f(y, x) = f(y) − f(x) − ⟨∇f(x), y − x⟩, which is ≥ 0 for convex f',
  'w*: the comparator of Definition 1, the smallest w in W with ⟨c, w⟩ ≤ s, c = Σα_tA_tᵀG_t, s = Σα_t⟨G_t, x* − b_t⟩',
];

/** The exact sums that proofs start from. */
const IDENTITIES: readonly (readonly [name: string, statement: string, proof: string])[] = [
  [
    'I1',
    'α_{1:T}(f(x̄_T) − f(u)) = Σα_t⟨G_t, x_t − u⟩ − Σ[α_t B_f(u, x̄_t) + α_{1:t−1} B_f(x̄_{t−1}, x̄_t)] for every differentiable f, every u and every sequence x_t',
    'α_{1:t}f(x̄_t) − α_{1:t−1}f(x̄_{t−1}) − α_t f(u) = α_t(f(x̄_t) − f(u)) + α_{1:t−1}(f(x̄_t) − f(x̄_{t−1})). Both differences by the definition of B_f at x̄_t, and α_{1:t−1}(x̄_t − x̄_{t−1}) = α_t(x_t − x̄_t). The sum telescopes.',
  ],
  [
    'I2',
    'Σα_t⟨g_t, w_t − w⟩ = ‖w‖²/(2η_T) − ‖w + η_T S_T‖²/(2η_T) + Σ_{t<T} ½(η_{t+1} − η_t)‖S_t‖² + Σ½α_t²η_t(‖g_t − g̃_t‖² − ‖g̃_t‖²) for W = Rᵐ, every η_t > 0, all hints and every w',
    'w_t = −η_t(S_{t−1} + α_t g̃_t), and −η_tα_t⟨g_t, S_{t−1}⟩ = −½η_t(‖S_t‖² − ‖S_{t−1}‖² − α_t²‖g_t‖²). Sum by parts, and complete the square with −⟨S_T, w⟩.',
  ],
  [
    'I3',
    'Σα_t⟨G_t, x_t − x*⟩ = Σα_t⟨g_t, w_t − w⟩ + Σα_t⟨G_t, φ(x̄_{t−1}, w) − x*⟩ for affine φ and every w',
    'Add and take away φ(x̄_{t−1}, w) in x_t − x*: φ(x̄_{t−1}, w_t) − φ(x̄_{t−1}, w) = A_t(w_t − w).',
  ],
];

/** The index of the pages, in the order that it is given: the paper's. */
export function renderClaimIndex(claims: readonly ClaimInfo[]): string {
  const refuted = claims.filter(({ corrected }) => corrected !== null).length;
  return [
    '# The claims',
    `${claims.length} statements of *Optimistic Meta-Gradients*, in the order of the paper; ${refuted} of them are false as printed. Each page has the statement as it is printed and as it holds, a proof in brief, the counterexamples in numbers, and how all of it is tested. \`npx omg-oracle claims ID\` shows the same on a terminal. These pages are generated from the claims, by \`npm run docs\`.`,
    table([['Where', 'Claim', 'As printed'], ...claims.map(({ id, source, corrected }) => [plain(place(source)), `[${id}](${id}.md)`, corrected === null ? 'true' : '**false**'])])
      .trimEnd(),
    '## Notation',
    NOTATION.map((line) => `- ${math(line)}`).join('\n'),
    '## Three identities',
    'Most proofs start from these. They are checked as equalities, over fractions of any size, wherever a bound rests on them.',
    ...IDENTITIES.map(([name, statement, proof]) => `**${name}.** ${math(statement)}.\n\n${math(proof)}`),
  ].join('\n\n') + '\n';
}
