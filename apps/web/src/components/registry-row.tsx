/** @file One thing that a team has registered, in the list of its kind: a model, a gallery, a covariate set. */
import { Text } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import classes from './registry-row.module.css';
import { Row } from './row-list.tsx';

interface RegistryRowProps {
  readonly picture: ReactNode;
  /** Its name, which is a {@link RowLink}, and badges. */
  readonly title: ReactNode;
  readonly state: ReactNode;
  /** Who registered it and when. */
  readonly when: ReactNode;
  /** What is to be said of it below its title. */
  readonly children: ReactNode;
}

export function RegistryRow({ picture, title, state, when, children }: RegistryRowProps) {
  return (
    <Row className={classes.row}>
      {picture}
      <div className={classes.main}>
        <div className={classes.title}>{title}</div>
        {children}
      </div>
      {state}
      <Text size="sm" c="dimmed" className={classes.when} component="div">
        {when}
      </Text>
    </Row>
  );
}

interface RegistryPictureProps {
  /** A background, where there is something to be seen. */
  readonly style?: CSSProperties;
  /** A sign, where there is not. */
  readonly children?: ReactNode;
}

export function RegistryPicture({ style, children }: RegistryPictureProps) {
  return (
    <span className={classes.picture} style={style} aria-hidden>
      {children}
    </span>
  );
}
