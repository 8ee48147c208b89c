/** Mantine's preset: `light-dark()`, `rem()` and the breakpoint mixins used in the CSS modules. */
const config = { plugins: { 'postcss-preset-mantine': {} } };

export default config;
