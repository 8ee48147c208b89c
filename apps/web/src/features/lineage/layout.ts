/** @file Where the nodes of a lineage stand: dagre's layers, loaded only where a graph is drawn. */
import { Graph, layout } from '@dagrejs/dagre';

/** A box to be placed, in pixels. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** An arrow between two boxes. */
export interface Arrow {
  readonly sourceId: string;
  readonly targetId: string;
  readonly label: string;
}

/** A box with the place of its upper left corner. */
export type PlacedBox = Box & { readonly x: number; readonly y: number };

/** An arrow as an SVG path, with the middle of its label. */
export interface PlacedArrow extends Arrow {
  readonly path: string;
  readonly x: number;
  readonly y: number;
}

/** Everything placed, from (0, 0). */
export interface Placement {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
}

/** From left to right, or from top to bottom where the screen is narrow. */
export type Flow = 'LR' | 'TB';

const MARGIN = 16;
const LABEL_HEIGHT = 16;
const LETTER_WIDTH = 6.2;

/** Places boxes so that every arrow points along the flow and no two boxes touch. Of two arrows between the same boxes both labels are kept. */
export function placeLineage(
  boxes: readonly Box[],
  arrows: readonly Arrow[],
  flow: Flow,
): Placement {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: flow,
    nodesep: flow === 'LR' ? 18 : 14,
    ranksep: flow === 'LR' ? 34 : 22,
    edgesep: 10,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { sourceId, targetId, label } of arrows) {
    const size = { width: label.length * LETTER_WIDTH + 8, height: LABEL_HEIGHT };
    graph.setEdge(sourceId, targetId, { ...size, labelpos: 'c' }, label);
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: boxes.map((box) => {
      const { x, y } = graph.node(box.id) as { x: number; y: number };
      return { ...box, x: x - box.width / 2, y: y - box.height / 2 };
    }),
    arrows: arrows.map((arrow) => {
      const { sourceId, targetId, label } = arrow;
      const edge = graph.edge(sourceId, targetId, label) as unknown as {
        readonly points: readonly Point[];
        readonly x: number;
        readonly y: number;
      };
      return { ...arrow, path: smooth(edge.points), x: edge.x, y: edge.y };
    }),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve from the first to the last point that bends towards those between. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return '';
  const parts = [`M${at(first)}`];
  rest.slice(0, -1).forEach((point, index) => {
    const next = rest[index + 1] ?? last;
    const middle = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    parts.push(`Q${at(point)} ${at(middle)}`);
  });
  parts.push(`L${at(last)}`);
  return parts.join(' ');
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
