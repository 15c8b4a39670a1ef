import { UsageError } from './usage.js';

/** The packages that only some commands need, and how they are had. */
const TENSORS = { what: 'the packages that compute', install: '@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0' } as const;
const PICTURES = { what: 'the packages that read pictures', install: 'sharp@0.35' } as const;
const TRACES = { what: 'the packages that read and write traces', install: 'apache-arrow@21 flatbuffers@25' } as const;

/** Loads modules of this package that need one that may not be installed. @throws {UsageError} where it is not. */
export async function optional<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' ? /'(@tensorflow\/|apache-arrow|flatbuffers|sharp)/.exec(String(error))?.[1] : undefined;
    // Installed without the part of it that is this machine's: it says itself what to do.
    if (error instanceof Error && error.message.startsWith('Could not load the "sharp" module'))
      throw new UsageError(`expected sharp to be whole. ${error.message}`, { cause: error });
    if (absent === undefined) throw error;
    const { what, install } = absent === '@tensorflow/' ? TENSORS : absent === 'sharp' ? PICTURES : TRACES;
    throw new UsageError(`expected ${what} to be installed, and they are not: npm install ${install}`, { cause: error });
  }
}

/** What is said where there is no backend. @param wanted the text of --backend */
export function noBackend(wanted: string, reason: string): string {
  const remedy = wanted === 'webgpu'
    ? 'npm install webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0 brings it; it needs libvulkan1 and a driver beside it.'
    : 'npm install @tensorflow/tfjs-backend-wasm@4.22.0 brings one that needs nothing else.';
  return `omg-oracle: expected a backend to compute with (${wanted}), but there is none: ${reason}\n${remedy}\n`;
}
