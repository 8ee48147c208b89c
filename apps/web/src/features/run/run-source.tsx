'use client';
/** @file Where the images of an import come from, as whoever imported them said. */
import { Panel } from '@/components/panel.tsx';
import type { RunPageQuery } from '@/generated/graphql.ts';
import { formatBytes, formatRadians, shortDigest } from '@/lib/format.ts';
import classes from './run.module.css';

type Imported = NonNullable<
  NonNullable<NonNullable<NonNullable<RunPageQuery['team']>['dataset']>['run']>['imported']
>;

/** The panel on the run page. */
export function RunSource({ imported }: { readonly imported: Imported }) {
  const { source, name, licence, isSynthetic, recogniser, interClassThreshold, files } = imported;
  return (
    <Panel title="Source" hint="As it was stated when the import began; it never changes.">
      <dl className={classes.facts}>
        <dt>{source === 'FOLDER' ? 'Folder' : 'WebDataset'}</dt>
        <dd>{name}</dd>
        <dt>Terms</dt>
        <dd>{licence ?? 'Nobody stated any'}</dd>
        <dt>Synthetic</dt>
        <dd>{isSynthetic ? 'Declared so, and marked in every image' : 'Not declared'}</dd>
        <dt>Recogniser</dt>
        <dd>
          {recogniser === null
            ? 'None, so nothing was measured'
            : `${recogniser.name} ${recogniser.version}, with the threshold ${formatRadians(interClassThreshold)} rad`}
        </dd>
        {files.map((file) => (
          <div key={file.digest} style={{ display: 'contents' }}>
            <dt>{file.name}</dt>
            <dd className="figures">
              {formatBytes(file.sizeBytes)}, SHA-256 <code>{shortDigest(file.digest)}</code>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
