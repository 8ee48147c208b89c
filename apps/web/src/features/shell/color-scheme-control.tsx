'use client';
/** @file Chooses between the system's, the light and the dark scheme. */
import { SegmentedControl, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';

const SCHEMES = [
  { value: 'auto', word: 'As the system', Icon: IconDeviceDesktop },
  { value: 'light', word: 'Light', Icon: IconSun },
  { value: 'dark', word: 'Dark', Icon: IconMoon },
] as const;

/** A three-way switch; the choice is remembered in this browser. */
export function ColorSchemeControl() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // The server does not know the choice; until mounted the control shows the default it rendered with.
  const isMounted = useMounted();
  return (
    <SegmentedControl
      aria-label="Colour scheme"
      size="xs"
      fullWidth
      value={isMounted ? colorScheme : 'auto'}
      onChange={(value) => {
        setColorScheme(SCHEMES.find((each) => each.value === value)?.value ?? 'auto');
      }}
      data={SCHEMES.map(({ value, word, Icon }) => ({
        value,
        label: (
          <>
            <Icon size={15} stroke={1.7} style={{ display: 'block', margin: '2px auto' }} />
            <VisuallyHidden>{word}</VisuallyHidden>
          </>
        ),
      }))}
    />
  );
}
