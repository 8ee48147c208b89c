import type { CodegenConfig } from '@graphql-codegen/cli';

/**
 * Types of the gateway's printed schema and of every operation in src. Fragments are not masked: a fragment
 * lives beside the component that reads it, and its generated type is that component's prop.
 */
const config: CodegenConfig = {
  schema: '../gateway/schema.graphql',
  documents: ['src/features/**/*.graphql'],
  generates: {
    './src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        avoidOptionals: { field: true },
        scalars: { DateTime: 'string', JSON: 'unknown' },
      },
    },
  },
};

export default config;
