/** @file Keeps an answer from replacing a newer one in the cache. */
import { ApolloLink } from '@apollo/client';
import { OperationTypeNode } from 'graphql';
import { concatMap, defer, finalize, map, type Observable, of, shareReplay, tap } from 'rxjs';

type Answer = Observable<ApolloLink.Result>;

/** The requests of one query with the same variables, while any of them is on its way. */
interface Asked {
  onTheirWay: number;
  sent: number;
  /** Which of those sent has the newest answer so far; 0: none. */
  answered: number;
  answer: ApolloLink.Result;
  /** The last one sent, while it is on its way, with how much news there was then. */
  last: { readonly news: number; readonly answer: Answer } | null;
}

/**
 * Three rules for queries. Who asks the same as a request on its way is given its answer, but only where nothing has happened since it
 * began: no mutation was answered, and no subscription brought anything. An answer that comes after that of a later request is that of
 * the later one, so that it does not come over something newer. And what was asked before a mutation was answered is asked again after
 * it, since it may not know of it.
 *
 * It stands for the client's own deduplication, which joins requests whatever has happened meanwhile.
 */
export class NewestAnswerLink extends ApolloLink {
  /** Mutations that were answered. */
  #changes = 0;
  /** Those, and what subscriptions brought. */
  #news = 0;
  readonly #asked = new Map<string, Asked>();

  override request(operation: ApolloLink.Operation, forward: ApolloLink.ForwardFunction): Answer {
    switch (operation.operationType) {
      case OperationTypeNode.SUBSCRIPTION:
        return forward(operation).pipe(
          tap(() => {
            this.#news += 1;
          }),
        );
      case OperationTypeNode.MUTATION:
        return forward(operation).pipe(
          tap(() => {
            this.#changes += 1;
            this.#news += 1;
          }),
        );
      case OperationTypeNode.QUERY:
        return defer(() => this.#inOrder(operation, forward));
    }
  }

  #inOrder(operation: ApolloLink.Operation, forward: ApolloLink.ForwardFunction): Answer {
    const key = `${operation.operationName ?? ''} ${JSON.stringify(operation.variables)}`;
    const asked = this.#asked.get(key) ?? {
      onTheirWay: 0,
      sent: 0,
      answered: 0,
      answer: {},
      last: null,
    };
    if (asked.last?.news === this.#news) return asked.last.answer;
    this.#asked.set(key, asked);
    asked.onTheirWay += 1;
    asked.sent += 1;
    const number = asked.sent;
    const last = {
      news: this.#news,
      answer: this.#ask(operation, forward).pipe(
        map((answer) => {
          if (number > asked.answered) Object.assign(asked, { answered: number, answer });
          return asked.answer;
        }),
        finalize(() => {
          asked.onTheirWay -= 1;
          if (asked.last === last) asked.last = null;
          if (asked.onTheirWay === 0) this.#asked.delete(key);
        }),
        shareReplay({ bufferSize: 1, refCount: true }),
      ),
    };
    asked.last = last;
    return last.answer;
  }

  #ask(operation: ApolloLink.Operation, forward: ApolloLink.ForwardFunction): Answer {
    return defer(() => {
      const before = this.#changes;
      return forward(operation).pipe(
        concatMap((answer) =>
          before === this.#changes ? of(answer) : this.#ask(operation, forward),
        ),
      );
    });
  }
}
