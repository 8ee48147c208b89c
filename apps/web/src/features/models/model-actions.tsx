'use client';
/** @file Has a model checked again, or removes it, after asking. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { RecheckModelDocument, RemoveModelDocument } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { modelsPath } from '@/lib/routes.ts';
import { useLeaveRemoved } from '@/lib/use-leave-removed.ts';

interface ModelActionsProps {
  readonly team: string;
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly state: 'CHECKING' | 'READY' | 'REFUSED';
  };
}

type UserErrors = readonly { readonly message: string }[];

/** Both buttons, each with its question. */
export function ModelActions({ team, model }: ModelActionsProps) {
  const leaveRemoved = useLeaveRemoved();
  const [recheck] = useMutation(RecheckModelDocument);
  const [remove] = useMutation(RemoveModelDocument);
  const variables = { input: { modelVersionId: model.id } };
  const label = `${model.name}@${model.version}`;
  return (
    <Group gap="xs">
      {model.state !== 'CHECKING' && (
        <AskFirst
          button="Check again"
          icon={<IconRefresh size={16} />}
          title={`Check ${label} again?`}
          confirm="Check it"
          color="amber"
          act={async () => (await recheck({ variables })).data?.recheckModel.userErrors}
        >
          A worker runs every check anew with the Colloid of today. Until it is done no new recipe
          can choose the model; recipes and runs that have it go on. Should a check fail, the model
          is refused from then on.
        </AskFirst>
      )}
      <AskFirst
        button="Remove"
        icon={<IconTrash size={16} />}
        title={`Remove ${label}?`}
        confirm="Remove the model"
        color="clay"
        act={async () => {
          const errors = (await remove({ variables })).data?.removeModel.userErrors;
          if (errors?.length === 0)
            leaveRemoved({ __typename: 'ModelVersion', id: model.id }, modelsPath(team));
          return errors;
        }}
      >
        Its name and version become free. A model that a recipe, a gallery or a covariate set uses
        stays. This cannot be undone.
      </AskFirst>
    </Group>
  );
}

interface AskFirstProps {
  readonly button: string;
  readonly icon: ReactNode;
  readonly title: string;
  readonly confirm: string;
  readonly color: 'amber' | 'clay';
  readonly act: () => Promise<UserErrors | undefined>;
  readonly children: ReactNode;
}

function AskFirst({ button, icon, title, confirm, color, act, children }: AskFirstProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setFailure(null);
    setBusy(true);
    try {
      const errors = (await act()) ?? [];
      if (errors.length > 0) setFailure(errors.map(({ message }) => message).join(' '));
      else dialog.close();
    } catch (error) {
      setFailure(describeError(error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={icon}
        onClick={() => {
          setFailure(null);
          dialog.open();
        }}
      >
        {button}
      </Button>
      <Dialog opened={isOpen} onClose={dialog.close} title={title} size="sm">
        <Stack>
          <Text>{children}</Text>
          {failure !== null && (
            <Alert color="clay" role="alert">
              {failure}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              Leave it
            </Button>
            <Button color={color} loading={isBusy} onClick={() => void run()}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
