/** @file Typed conditions on identities and samples, and what they are in SQL: the one meaning of a filter everywhere. */

import { CatalogError } from '../errors.ts';
import { Prisma, type SampleKind } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import type { VersionScope } from './version-scope.ts';

type Optional<T> = T | null | undefined;

/** Numbers from one to another, both included; an end that is not given is open. */
export interface NumberRange {
  readonly min?: Optional<number>;
  readonly max?: Optional<number>;
}

/** A covariate weight of a sample, by the name of its direction; a sample without that covariate does not match. */
export interface CovariateWhere {
  readonly name: string;
  readonly range?: Optional<NumberRange>;
}

/** Which identities; everything given must hold. Angles in radians. */
export interface IdentityWhere {
  readonly ordinal?: Optional<NumberRange>;
  readonly ordinals?: Optional<readonly number[]>;
  /** Numbers of runs of the dataset. */
  readonly runs?: Optional<readonly number[]>;
  readonly nearestDistance?: Optional<NumberRange>;
  readonly intraDistance?: Optional<NumberRange>;
  readonly and?: Optional<readonly IdentityWhere[]>;
  readonly or?: Optional<readonly IdentityWhere[]>;
  readonly not?: Optional<IdentityWhere>;
}

/** Which samples; everything given must hold. Angles in radians. */
export interface SampleWhere {
  readonly kind?: Optional<SampleKind>;
  /** Number in its identity; 0 is the reference. */
  readonly ordinal?: Optional<NumberRange>;
  readonly distanceToReference?: Optional<NumberRange>;
  readonly quality?: Optional<NumberRange>;
  /** Size of the stored image. */
  readonly imageBytes?: Optional<NumberRange>;
  readonly covariates?: Optional<readonly CovariateWhere[]>;
  readonly identityOrdinals?: Optional<readonly number[]>;
  readonly identity?: Optional<IdentityWhere>;
  readonly and?: Optional<readonly SampleWhere[]>;
  readonly or?: Optional<readonly SampleWhere[]>;
  readonly not?: Optional<SampleWhere>;
}

/** Most levels of `and`, `or`, `not` and `identity` inside each other. */
export const MAX_FILTER_DEPTH = 8;
/** Most single conditions of one filter. */
export const MAX_FILTER_CONDITIONS = 100;
/** Most numbers of one list. */
export const MAX_FILTER_LIST = 10_000;

/** A filter in SQL, over the aliases `s` (sample) and `i` (identity). */
export interface CompiledFilter {
  /** An expression that is true, false or null; TRUE where nothing is asked. */
  readonly condition: Prisma.Sql;
  /** Whether it speaks of `i`, so that the table has to be joined. */
  readonly usesIdentity: boolean;
  /** Whether everything passes. */
  readonly isEverything: boolean;
}

/**
 * A filter of samples in SQL; every value is a parameter of the statement.
 *
 * @throws CatalogError INVALID with the path of the part that is wrong: crossed range, too deep, too many, empty `or`.
 */
export function compileSampleFilter(
  where: Optional<SampleWhere>,
  scope: Pick<VersionScope, 'parts'>,
  path: readonly string[] = ['where'],
): CompiledFilter {
  const compiler = new Compiler(scope);
  return compiler.finish(compiler.sample(where ?? {}, path, 1));
}

/** As {@link compileSampleFilter}, for identities: over the alias `i` alone. */
export function compileIdentityFilter(
  where: Optional<IdentityWhere>,
  scope: Pick<VersionScope, 'parts'>,
  path: readonly string[] = ['where'],
): CompiledFilter {
  const compiler = new Compiler(scope);
  return compiler.finish(compiler.identity(where ?? {}, path, 1));
}

/** A tree of filters, whichever of the two it is of. */
interface Tree<T> {
  readonly and?: Optional<readonly T[]>;
  readonly or?: Optional<readonly T[]>;
  readonly not?: Optional<T>;
}

class Compiler {
  readonly #scope: Pick<VersionScope, 'parts'>;
  #conditions = 0;
  #usesIdentity = false;

  constructor(scope: Pick<VersionScope, 'parts'>) {
    this.#scope = scope;
  }

  finish(condition: Prisma.Sql): CompiledFilter {
    return {
      condition,
      usesIdentity: this.#usesIdentity,
      isEverything: this.#conditions === 0,
    };
  }

  sample(where: SampleWhere, path: readonly string[], depth: number): Prisma.Sql {
    const at = (field: string) => [...path, field];
    const parts = this.#tree(where, path, depth, (inner, to) => this.sample(inner, to, depth + 1));
    // A reference is the sample 0 of its identity (a CHECK of the table), and that has an index.
    if (where.kind === 'REFERENCE') parts.push(this.#leaf(Prisma.sql`s."ordinal" = 0`, path));
    if (where.kind === 'VARIATION') parts.push(this.#leaf(Prisma.sql`s."ordinal" > 0`, path));
    this.#range(parts, where.ordinal, Prisma.sql`s."ordinal"`, at('ordinal'));
    this.#range(
      parts,
      where.distanceToReference,
      Prisma.sql`s."distanceToReference"`,
      at('distanceToReference'),
    );
    this.#range(parts, where.quality, Prisma.sql`s."quality"`, at('quality'));
    this.#range(parts, where.imageBytes, Prisma.sql`s."imageLength"`, at('imageBytes'));
    this.#list(
      parts,
      where.identityOrdinals,
      Prisma.sql`s."identityOrdinal"`,
      at('identityOrdinals'),
    );
    for (const [index, covariate] of checkedList(where.covariates, at('covariates')).entries()) {
      this.#covariate(parts, covariate, [...at('covariates'), String(index)]);
    }
    if (isGiven(where.identity)) {
      parts.push(this.identity(where.identity, at('identity'), depth + 1));
    }
    return allOf(parts);
  }

  identity(where: IdentityWhere, path: readonly string[], depth: number): Prisma.Sql {
    const at = (field: string) => [...path, field];
    const before = this.#conditions;
    const parts = this.#tree(where, path, depth, (inner, to) =>
      this.identity(inner, to, depth + 1),
    );
    this.#range(parts, where.ordinal, Prisma.sql`i."ordinal"`, at('ordinal'));
    this.#list(parts, where.ordinals, Prisma.sql`i."ordinal"`, at('ordinals'));
    this.#range(
      parts,
      where.nearestDistance,
      Prisma.sql`i."nearestDistance"`,
      at('nearestDistance'),
    );
    this.#range(parts, where.intraDistance, Prisma.sql`i."intraDistance"`, at('intraDistance'));
    if (isGiven(where.runs)) {
      const numbers = new Set(checkedList(where.runs, at('runs')));
      const ids = this.#scope.parts.filter((part) => numbers.has(part.number));
      const list = ids.map((part) => part.runId);
      parts.push(this.#leaf(Prisma.sql`i."runId" = ANY(${list}::uuid[])`, at('runs')));
    }
    if (this.#conditions > before) this.#usesIdentity = true;
    return allOf(parts);
  }

  #tree<T extends Tree<T>>(
    where: T,
    path: readonly string[],
    depth: number,
    compile: (where: T, path: readonly string[]) => Prisma.Sql,
  ): Prisma.Sql[] {
    if (depth > MAX_FILTER_DEPTH) {
      throw invalid(
        `The filter nests conditions more than ${MAX_FILTER_DEPTH} levels deep; say the same with fewer.`,
        path,
      );
    }
    const parts: Prisma.Sql[] = [];
    const each = (list: readonly T[], field: string) =>
      list.map((inner, index) => compile(inner, [...path, field, String(index)]));
    if (isGiven(where.and)) parts.push(...each(checkedList(where.and, [...path, 'and']), 'and'));
    if (isGiven(where.or)) {
      const choices = each(checkedList(where.or, [...path, 'or']), 'or');
      if (choices.length === 0) {
        throw invalid("'or' has no alternatives; give one, or leave it out.", [...path, 'or']);
      }
      parts.push(Prisma.sql`(${Prisma.join(choices, ' OR ')})`);
    }
    if (isGiven(where.not)) {
      // Unknown is not a match, so its opposite is one: a filter and its `not` divide the samples between them.
      const opposite = Prisma.sql`(${compile(where.not, [...path, 'not'])}) IS NOT TRUE`;
      parts.push(this.#leaf(opposite, [...path, 'not']));
    }
    return parts;
  }

  #leaf(condition: Prisma.Sql, path: readonly string[]): Prisma.Sql {
    this.#conditions += 1;
    if (this.#conditions <= MAX_FILTER_CONDITIONS) return condition;
    throw invalid(
      `The filter has more than ${MAX_FILTER_CONDITIONS} conditions; say the same with fewer.`,
      path,
    );
  }

  #range(
    parts: Prisma.Sql[],
    range: Optional<NumberRange>,
    column: Prisma.Sql,
    path: readonly string[],
  ): void {
    if (!isGiven(range)) return;
    const { min, max } = range;
    if (isGiven(min) && isGiven(max) && min > max) {
      throw invalid(`The range goes from ${min} to ${max}; put the smaller number first.`, path);
    }
    for (const end of [min, max]) {
      if (isGiven(end) && !Number.isFinite(end)) {
        throw invalid(`An end of the range is ${end}; give a number, or leave it out.`, path);
      }
    }
    if (isGiven(min)) parts.push(this.#leaf(Prisma.sql`${column} >= ${min}::float8`, path));
    if (isGiven(max)) parts.push(this.#leaf(Prisma.sql`${column} <= ${max}::float8`, path));
  }

  #list(
    parts: Prisma.Sql[],
    numbers: Optional<readonly number[]>,
    column: Prisma.Sql,
    path: readonly string[],
  ): void {
    if (!isGiven(numbers)) return;
    const list = [...checkedList(numbers, path)];
    parts.push(this.#leaf(Prisma.sql`${column} = ANY(${list}::int[])`, path));
  }

  #covariate(parts: Prisma.Sql[], where: CovariateWhere, path: readonly string[]): void {
    if (where.name.length === 0 || where.name.length > 100) {
      throw invalid('The name of a covariate has 1 to 100 characters.', [...path, 'name']);
    }
    const weight = this.#weight(where.name);
    const { min, max } = where.range ?? {};
    if (!isGiven(min) && !isGiven(max)) {
      parts.push(this.#leaf(Prisma.sql`${weight} IS NOT NULL`, path));
      return;
    }
    this.#range(parts, where.range, weight, [...path, 'range']);
  }

  /** A sample's weight of that name; null where its run has none. */
  #weight(name: string): Prisma.Sql {
    const slots = this.#scope.parts.flatMap(({ runId, covariates }) =>
      Object.hasOwn(covariates, name) ? [{ runId, slot: covariates[name] }] : [],
    );
    const [first] = slots;
    if (first === undefined) return Prisma.sql`NULL::float8`;
    const isSame = slots.every(({ slot }) => slot === first.slot);
    if (isSame && slots.length === this.#scope.parts.length) {
      return Prisma.sql`s."covariateWeights"[${first.slot}::int]`;
    }
    const cases = slots.map(
      ({ runId, slot }) => Prisma.sql`WHEN ${runId}::uuid THEN s."covariateWeights"[${slot}::int]`,
    );
    return Prisma.sql`(CASE s."runId" ${Prisma.join(cases, ' ')} END)`;
  }
}

function checkedList<T>(list: Optional<readonly T[]>, path: readonly string[]): readonly T[] {
  if (!isGiven(list)) return [];
  if (list.length <= MAX_FILTER_LIST) return list;
  throw invalid(
    `The list has ${list.length} entries, and ${MAX_FILTER_LIST} is the most; use a range instead.`,
    path,
  );
}

function allOf(parts: readonly Prisma.Sql[]): Prisma.Sql {
  return parts.length === 0 ? Prisma.sql`TRUE` : Prisma.sql`(${Prisma.join([...parts], ' AND ')})`;
}

function invalid(message: string, path: readonly string[]): CatalogError {
  return new CatalogError('INVALID', message, { path });
}
