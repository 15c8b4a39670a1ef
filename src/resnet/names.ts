/** What the command line can name. Nothing here needs the packages that compute. */

export const BACKENDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export const MODELS = ['resnet20', 'resnet50'] as const;
export type ModelName = (typeof MODELS)[number];

/** Those that Figure 1 can be trained with: one is small enough for minutes. */
export const FIGURE_MODELS = ['resnet8', ...MODELS] as const;
export type FigureModelName = (typeof FIGURE_MODELS)[number];

export const OPTIMIZERS = ['sgd', 'meta', 'optimistic'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** From and to. */
export const LIMITS = { image: [8, 512], batch: [2, 4096], classes: [2, 1000] } as const;

/** The option that says where checkpoints go. */
export const SAVE = '--save FILE';

/** What decides every number of a run, but for its data and the backend. A run that goes on from a checkpoint has those of the run that wrote it. */
export interface RunSettings {
  readonly model: ModelName;
  readonly optimizer: OptimizerName;
  /** The updates with the signs and brackets that the paper prints. */
  readonly asPrinted: boolean;
  /** Height and width of the pictures. */
  readonly image: number;
  readonly batch: number;
  readonly classes: number;
  /** η of sgd; w_1 of the others. */
  readonly rate: number;
  /** β */
  readonly metaRate: number;
  /** λ */
  readonly weightDecay: number;
  readonly smoothing: number;
  readonly seed: number;
}
