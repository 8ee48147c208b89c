/** @file What people change of their own account at the auth library's endpoints, for the audit log. */
import type { Catalog, OwnChange } from '@colloid/catalog';

/** Endpoints at which somebody who is signed in changes their own account, with what it is called. */
const TOLD: Readonly<Record<string, OwnChange>> = {
  '/change-password': 'person.changePassword',
  '/revoke-session': 'person.endSession',
  '/revoke-other-sessions': 'person.endSessions',
  '/revoke-sessions': 'person.endSessions',
  '/sign-out': 'person.signOut',
};

/** Endpoints of the library that are closed, since something of ours does the same and tells of it. */
export const CLOSED_PATHS = ['/update-user'];

/** Somebody, as the hooks of the library know them. */
export interface OwnActor {
  readonly userId: string;
  readonly address: string | undefined;
}

/** Tells of changes once they have happened. Who it was is found out before, since a change may end their session. */
export class OwnChanges {
  readonly #catalog: Pick<Catalog, 'people'>;
  readonly #actors = new WeakMap<Request, OwnActor>();

  constructor(catalog: Pick<Catalog, 'people'>) {
    this.#catalog = catalog;
  }

  /** Whether a request to that path is one of those. */
  isTold(path: string): boolean {
    return Object.hasOwn(TOLD, path);
  }

  /** Says who a request is from, before it is served. */
  remember(request: Request, actor: OwnActor): void {
    this.#actors.set(request, actor);
  }

  /** Writes the event of a request that was served. Nobody was signed in: nothing was changed. */
  async tell(path: string, request: Request): Promise<void> {
    const action = TOLD[path];
    const actor = this.#actors.get(request);
    if (action === undefined || actor === undefined) return;
    await this.#catalog.people.recordOwnChange({ actor, action });
  }

  /** Writes the event of a new password by an address that was made for it. */
  async tellOfReset(actor: OwnActor): Promise<void> {
    await this.#catalog.people.recordOwnChange({ actor, action: 'person.setPassword' });
  }
}
