/** @file The physics behind the sign-in drawing: discs that push each other apart, as identities do in a run. */

/** One particle; positions in units of the drawing's width and height, radius in units of its shorter side. */
export interface Particle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly tone: number;
}

const REPULSION_RADIUS = 0.115;
const STRENGTH = 0.03;
const PULL_TO_CENTRE = 0.0016;

/** A crowd in the middle: what a random draw looks like. The same seed gives the same crowd. */
export function crowd(count: number, seed: number): Particle[] {
  const random = sequence(seed);
  return Array.from({ length: count }, () => {
    const angle = random() * Math.PI * 2;
    const distance = 0.16 * Math.sqrt(random());
    return {
      x: 0.5 + Math.cos(angle) * distance,
      y: 0.5 + Math.sin(angle) * distance,
      radius: 0.006 + random() ** 2.6 * 0.03,
      tone: random(),
    };
  });
}

/** One step: pairs nearer than the radius push each other away, and a weak pull keeps all in the frame. */
export function step(particles: readonly Particle[], aspect: number): Particle[] {
  return particles.map((self, index) => {
    let forceX = (0.5 - self.x) * PULL_TO_CENTRE;
    let forceY = (0.5 - self.y) * PULL_TO_CENTRE * 2;
    for (const [otherIndex, other] of particles.entries()) {
      if (otherIndex === index) continue;
      const dx = (self.x - other.x) * aspect;
      const dy = self.y - other.y;
      const distance = Math.hypot(dx, dy);
      const reach = REPULSION_RADIUS + self.radius + other.radius;
      if (distance >= reach || distance === 0) continue;
      const push = (STRENGTH * (reach - distance)) / distance;
      forceX += (push * dx) / aspect;
      forceY += push * dy;
    }
    return {
      ...self,
      x: clamp(self.x + forceX, self.radius / aspect),
      y: clamp(self.y + forceY, self.radius),
    };
  });
}

function clamp(value: number, margin: number): number {
  return Math.min(1 - margin, Math.max(margin, value));
}

/** A small seeded sequence of numbers in [0, 1). */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
