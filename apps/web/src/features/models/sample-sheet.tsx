/** @file Sample images of a generator: the whole sheet, or its first image as a small picture. */
import { IconCube, IconFingerprint } from '@tabler/icons-react';
import { FaceImage } from '@/components/face-image.tsx';
import { RegistryPicture } from '@/components/registry-row.tsx';
import type { ModelKind } from '@/generated/graphql.ts';
import classes from './models.module.css';

interface Sheet {
  readonly url: string;
  readonly columns: number;
  readonly rows: number;
}

/** One image of the sheet at a time, laid out anew so that they wrap on narrow screens. */
export function SampleTiles({
  sheet,
  count,
  onExpired,
}: {
  readonly sheet: Sheet;
  readonly count: number;
  readonly onExpired: () => void;
}) {
  return (
    <>
      {/* Loaded once for all tiles, and asked for anew when its address has expired. */}
      <span className="visually-hidden" aria-hidden>
        <FaceImage src={sheet.url} alt="" loading="eager" onExpired={onExpired} />
      </span>
      <ul className={classes.tiles}>
        {Array.from({ length: count }, (_, index) => (
          <li
            key={index}
            className={classes.tile}
            role="img"
            aria-label={`Sample image ${String(index + 1)}`}
            style={tileStyle(sheet, index)}
          />
        ))}
      </ul>
    </>
  );
}

/** The picture beside a row of the list. */
export function ModelPicture({
  kind,
  sheet,
}: {
  readonly kind: ModelKind;
  readonly sheet: Sheet | null;
}) {
  if (sheet !== null) {
    return <RegistryPicture style={tileStyle(sheet, 0)} />;
  }
  return (
    <RegistryPicture>
      {kind === 'GENERATOR' ? (
        <IconCube size={20} stroke={1.5} />
      ) : (
        <IconFingerprint size={20} stroke={1.5} />
      )}
    </RegistryPicture>
  );
}

function tileStyle({ url, columns, rows }: Sheet, index: number) {
  const part = (at: number, of: number) => (of <= 1 ? 0 : (at / (of - 1)) * 100);
  const [column, row] = [index % columns, Math.floor(index / columns)];
  return {
    backgroundImage: `url("${url}")`,
    backgroundSize: `${String(columns * 100)}% ${String(rows * 100)}%`,
    backgroundPosition: `${String(part(column, columns))}% ${String(part(row, rows))}%`,
  };
}
