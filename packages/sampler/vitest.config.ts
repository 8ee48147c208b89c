import { defineConfig } from 'vitest/config';

// Sessions start threads and load graphs: slow where the cores are shared.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 120_000 } });
