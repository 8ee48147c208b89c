'use client'; export function NewRunPage(p: Record<string, unknown>) { return <p>{JSON.stringify(p)}</p>; }
