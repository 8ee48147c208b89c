'use client'; export function RunPage(p: Record<string, unknown>) { return <p>{JSON.stringify(p)}</p>; }
