/** @file The mark of Colloid: particles held apart in a suspension. */

/** The mark alone, square, in the current text colour with one particle in the primary colour. */
export function LogoMark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="15" fill="var(--mantine-color-verdigris-8)" />
      <circle cx="12.2" cy="12.4" r="4.4" fill="#d9f3ea" />
      <circle cx="21.6" cy="11" r="2.5" fill="#72c1ad" />
      <circle cx="21" cy="20.4" r="3.6" fill="#f2ca87" />
      <circle cx="11.6" cy="21.8" r="2.2" fill="#a3d6c8" />
    </svg>
  );
}

/** Mark and name. */
export function Logo() {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 9 }}>
      <LogoMark />
      <span style={{ fontWeight: 660, fontSize: '1.0625rem', letterSpacing: '-0.02em' }}>
        Colloid
      </span>
    </span>
  );
}
