'use client'; export function VersionPage(p: Record<string, unknown>) { return <p>{JSON.stringify(p)}</p>; }
