'use client'; export function IdentityPage(p: Record<string, unknown>) { return <p>{JSON.stringify(p)}</p>; }
