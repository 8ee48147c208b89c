'use client';
/** @file The drawing beside the sign-in form: a crowd that drifts apart and comes to rest. */
import { useReducedMotion } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { crowd, type Particle, step } from './particles.ts';

const COUNT = 120;
const SEED = 20_240_501;
const STEPS = 420;
const TONES = ['#d9f3ea', '#72c1ad', '#4bae97', '#f2ca87', '#a79ddd', '#a3d6c8'] as const;
const LINK_REACH = 0.14;

/** Fills its parent; decorative, hidden from assistive technology. */
export function ParticleField() {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const isStill = useReducedMotion();
  useEffect(() => {
    const canvas = canvasRef.current;
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return;
    let particles = crowd(COUNT, SEED);
    let taken = 0;
    let frame = 0;
    const draw = () => {
      fit(canvas);
      paint(context, particles);
    };
    const advance = () => {
      particles = step(particles, canvas.clientWidth / Math.max(1, canvas.clientHeight));
      taken += 1;
    };
    const tick = () => {
      advance();
      draw();
      if (taken < STEPS) frame = requestAnimationFrame(tick);
    };
    if (isStill) {
      for (let index = 0; index < STEPS; index += 1) advance();
      draw();
    } else {
      frame = requestAnimationFrame(tick);
    }
    const observer = new ResizeObserver(draw);
    observer.observe(canvas);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [isStill]);
  return (
    <canvas
      ref={canvasRef}
      aria-hidden
      style={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }}
    />
  );
}

function fit(canvas: HTMLCanvasElement): void {
  const scale = Math.min(2, window.devicePixelRatio);
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
}

function paint(context: CanvasRenderingContext2D, particles: readonly Particle[]): void {
  const { width, height } = context.canvas;
  const unit = Math.min(width, height);
  context.clearRect(0, 0, width, height);
  context.lineWidth = unit / 900;
  for (const [index, a] of particles.entries()) {
    for (const b of particles.slice(index + 1)) {
      const distance = Math.hypot((a.x - b.x) * width, (a.y - b.y) * height) / unit;
      if (distance > LINK_REACH) continue;
      context.strokeStyle = `rgba(163, 214, 200, ${String(0.6 * (1 - distance / LINK_REACH))})`;
      context.beginPath();
      context.moveTo(a.x * width, a.y * height);
      context.lineTo(b.x * width, b.y * height);
      context.stroke();
    }
  }
  for (const particle of particles) {
    context.fillStyle = TONES[Math.floor(particle.tone * TONES.length)] ?? TONES[0];
    context.globalAlpha = 0.85;
    context.beginPath();
    context.arc(particle.x * width, particle.y * height, particle.radius * unit, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
}
