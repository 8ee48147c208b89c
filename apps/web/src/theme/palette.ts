/** @file The named colours of Colloid, ten shades each from light to dark, as Mantine wants them. */
import type { MantineColorsTuple } from '@mantine/core';

type Shades = MantineColorsTuple;

/** Neutrals with a trace of green, so that they sit with verdigris rather than against it. */
const graphite: Shades = [
  '#f6f8f7',
  '#eef1f0',
  '#e2e7e5',
  '#d0d7d5',
  '#aeb8b5',
  '#84908d',
  '#616d6a',
  '#475250',
  '#2f3836',
  '#1a201f',
];

/** Neutrals of the dark scheme, lightest first (text) to darkest (canvas). */
const night: Shades = [
  '#dde3e1',
  '#b3bdba',
  '#8b9794',
  '#66726f',
  '#3d4846',
  '#2a3332',
  '#1e2625',
  '#161c1c',
  '#101515',
  '#0a0e0e',
];

/** The colour of action, and of distances between identities. */
const verdigris: Shades = [
  '#e9f6f2',
  '#d0eae2',
  '#a3d6c8',
  '#72c1ad',
  '#4bae97',
  '#2f9a82',
  '#1c836d',
  '#126b59',
  '#0d5547',
  '#083f35',
];

/** Light passed through the suspension: distances inside an identity, reservations, warnings. */
const amber: Shades = [
  '#fdf4e5',
  '#f9e4c1',
  '#f2ca87',
  '#eab052',
  '#e29a2c',
  '#cd841a',
  '#ab6b11',
  '#88540c',
  '#684008',
  '#482b04',
];

/** Light scattered by the suspension: the mean, secondary series. */
const heather: Shades = [
  '#f2f1fb',
  '#e2dff5',
  '#c5beea',
  '#a79ddd',
  '#8f82d2',
  '#7a6bc4',
  '#6656ae',
  '#524490',
  '#3f3471',
  '#2c2452',
];

/** Failures, and what cannot be undone. */
const clay: Shades = [
  '#fcefeb',
  '#f8dad1',
  '#efb5a4',
  '#e58f78',
  '#da6f54',
  '#cb5538',
  '#b04129',
  '#8e331f',
  '#6d2617',
  '#4b190f',
];

/** Every colour under its name, with Mantine's own grey and dark replaced by ours. */
export const PALETTE = {
  verdigris,
  amber,
  heather,
  clay,
  gray: graphite,
  dark: night,
  red: clay,
} as const satisfies Record<string, Shades>;
