/** @file A Vega-Lite specification as an SVG, without a browser. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Light, with the same few colours in every plot. */
export const COLOURS = {
  inter: '#2f6db5',
  intra: '#d9822b',
  intraPairs: '#4c9a6a',
  threshold: '#b3261e',
  ink: '#22272e',
  faint: '#6b7580',
  grid: '#e4e8ec',
} as const;

const CONFIG = {
  background: '#ffffff',
  font: 'Helvetica, Arial, "DejaVu Sans", sans-serif',
  // Fixed, since without a browser the width of text is only guessed.
  autosize: { type: 'none' },
  padding: { left: 78, right: 28, top: 96, bottom: 60 },
  view: { stroke: null },
  title: {
    anchor: 'start',
    fontSize: 16,
    fontWeight: 600,
    color: COLOURS.ink,
    subtitleColor: COLOURS.faint,
    subtitleFontSize: 12,
    subtitlePadding: 6,
    offset: 14,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 500,
    titlePadding: 10,
    labelColor: COLOURS.faint,
    titleColor: COLOURS.ink,
    gridColor: COLOURS.grid,
    domainColor: COLOURS.faint,
    tickColor: COLOURS.faint,
  },
  legend: {
    orient: 'top',
    title: null,
    labelFontSize: 12,
    labelColor: COLOURS.ink,
    labelLimit: 400,
    symbolSize: 120,
    offset: 8,
  },
} as const;

/** A plot as everyone draws it here; a layer says what is in it. */
export type Plot = Pick<Extract<TopLevelSpec, { layer: unknown }>, 'layer' | 'title' | 'resolve'>;

/** The drawing, 720 by 400 pixels without its axes. */
export async function renderPlot(plot: Plot): Promise<string> {
  const spec = { width: 720, height: 400, config: CONFIG, ...plot } as TopLevelSpec;
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
