/** @file What a process of ours that works on somebody's model gets to know of this one's environment. */

const PUBLIC =
  /^(PATH|HOME|TMPDIR|TEMP|SYSTEMROOT|LANG|LC_.*|LD_LIBRARY_PATH|DYLD_.*|VK_.*|CUDA_.*|NVIDIA_.*|GLIBC_TUNABLES)$/i;

/** A model can reach nothing that is not here: no database address, no keys. */
export function publicEnvironment(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(all).filter(([name]) => PUBLIC.test(name)));
}
