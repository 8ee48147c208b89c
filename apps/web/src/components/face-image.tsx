'use client';
/** @file One face, square, quiet while loading and when its address has expired. */
import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './face-image.module.css';

interface FaceImageProps {
  readonly src: string;
  readonly alt: string;
  /** Images below the fold are `lazy`. */
  readonly loading?: 'lazy' | 'eager';
  /** Called once when the image cannot be loaded, for example to fetch a fresh signed address. */
  readonly onExpired?: (() => void) | undefined;
}

/** A face that fills its container's width. */
export function FaceImage({ src, alt, loading = 'lazy', onExpired }: FaceImageProps) {
  const [state, setState] = useState<{ src: string; is: 'loaded' | 'failed' } | null>(null);
  const is = state?.src === src ? state.is : 'loading';
  return (
    <span className={classes.root} data-state={is}>
      {is === 'failed' ? (
        <span className={classes.failed} role="img" aria-label={`${alt}: the image did not load`}>
          <IconPhotoOff size={18} stroke={1.5} />
        </span>
      ) : (
        // The gateway already answers with the width asked for; next/image would only put another hop before it.
        <img
          ref={(element) => {
            if (element?.complete === true && element.naturalWidth > 0 && is === 'loading') {
              setState({ src, is: 'loaded' });
            }
          }}
          src={src}
          alt={alt}
          loading={loading}
          decoding="async"
          draggable={false}
          onLoad={() => {
            setState({ src, is: 'loaded' });
          }}
          onError={() => {
            setState({ src, is: 'failed' });
            onExpired?.();
          }}
        />
      )}
    </span>
  );
}
