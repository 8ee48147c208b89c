'use client';
/** @file Forms that the server sends with the page, so that people fill them in before its script runs. */
import { useMounted } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';

/**
 * What is in the fields when the form is sent counts, whoever put it there and when: a password manager fills them before the script
 * can listen, and what React keeps of a field would be empty. Until the script runs a button that sends must be disabled, which keeps
 * the Enter key from sending too; the browser would load the page again without its address's token.
 *
 * @param rules by the name of each field: what is wrong with its text; null where nothing is
 */
export function useEarlyForm<Name extends string>(
  rules: Readonly<Record<Name, (text: string) => string | null>>,
) {
  const isAlive = useMounted();
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const names = Object.keys(rules) as Name[];
  return {
    /** False: nothing that is pressed would be heard. */
    isAlive,
    /** Of the input with that name. */
    field: (name: Name) => ({
      name,
      error: problems[name],
      onChange: () => setProblems({}),
    }),
    /** `send` is called with the text of each field where nothing is wrong; the form itself is there to be emptied. */
    onSubmit:
      (send: (values: Readonly<Record<Name, string>>, form: HTMLFormElement) => Promise<void>) =>
      (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const form = event.currentTarget;
        const typed = new FormData(form);
        const textOf = (name: Name) => {
          const text = typed.get(name);
          return typeof text === 'string' ? text : '';
        };
        const values = Object.fromEntries(names.map((name) => [name, textOf(name)])) as Record<
          Name,
          string
        >;
        const found = names.flatMap((name) => {
          const problem = rules[name](values[name]);
          return problem === null ? [] : [[name, problem] as const];
        });
        setProblems(Object.fromEntries(found));
        if (found.length === 0) void send(values, form);
      },
  };
}
