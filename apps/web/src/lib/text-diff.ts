/** @file What differs between two texts, word by word, as it is read: pieces that stayed, went and came. Pure. */
import { diffWordsWithSpace } from 'diff';

/** A piece of both texts or of one of them. */
export interface TextPiece {
  readonly kind: 'kept' | 'removed' | 'added';
  readonly text: string;
}

/** Words that may differ before it says more to show both texts whole; it also bounds the time that the comparison takes. */
const MOST_CHANGES = 1500;
/** Characters of what stayed that are shown beside a change. */
const BESIDE = 120;

/**
 * The pieces in the order in which they are read. Joined, those that are not `added` are `before`, and those that are not
 * `removed` are `after`. Texts that have little in common come as two pieces.
 */
export function diffTexts(before: string, after: string): readonly TextPiece[] {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MOST_CHANGES });
  const pieces = changes?.map(({ added, removed, value: text }): TextPiece => {
    return { kind: added ? 'added' : removed ? 'removed' : 'kept', text };
  });
  if (pieces !== undefined && areAlike(pieces, before, after)) return pieces;
  return [
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ];
}

/** Whether half of the shorter one stayed: words that two sentences share by chance, one here and one there, tell nobody anything. */
function areAlike(pieces: readonly TextPiece[], before: string, after: string): boolean {
  const kept = pieces.filter(({ kind }) => kind === 'kept');
  const shared = kept.reduce((sum, { text }) => sum + lettersOf(text), 0);
  return 2 * shared >= Math.min(lettersOf(before), lettersOf(after));
}

function lettersOf(text: string): number {
  return text.replaceAll(/\s/g, '').length;
}

/** The pieces with long stretches of what stayed cut to what lies beside a change; "…" stands for the rest. */
export function shortenPieces(pieces: readonly TextPiece[]): readonly TextPiece[] {
  return pieces.map(({ kind, text }, index) => {
    const isFirst = index === 0;
    const isLast = index === pieces.length - 1;
    const kept = (isFirst ? 0 : BESIDE) + (isLast ? 0 : BESIDE);
    // Leaving out a few words would hide more than it saves.
    if (kind !== 'kept' || text.length <= kept + BESIDE) return { kind, text };
    // By code points, so that no letter is cut in two; and between words, where the text has any.
    const letters = Array.from(text);
    const head = isFirst
      ? ''
      : letters
          .slice(0, BESIDE)
          .join('')
          .replace(/(\s)\S*$/, '$1');
    const tail = isLast
      ? ''
      : letters
          .slice(-BESIDE)
          .join('')
          .replace(/^\S*(\s)/, '$1');
    return { kind, text: `${head.trimEnd()} … ${tail.trimStart()}` };
  });
}
