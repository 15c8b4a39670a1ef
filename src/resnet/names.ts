/** What the command line can name. Nothing here needs the packages that compute. */

export const BACKENDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export const MODELS = ['resnet20', 'resnet50'] as const;
export type ModelName = (typeof MODELS)[number];

export const OPTIMIZERS = ['sgd', 'meta', 'optimistic'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];
