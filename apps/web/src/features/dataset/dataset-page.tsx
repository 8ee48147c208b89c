'use client'; export function DatasetPage(p: Record<string, unknown>) { return <p>{JSON.stringify(p)}</p>; }
