/** Version of the case format and of the generators: a seed replays only under the same one. */
export const GENERATOR_VERSION = 6;
