import { describe, expect, expectTypeOf, test } from 'vitest';

import { RecipeError } from '../errors.ts';
import type { LangevinParameters } from '../references/parameters.ts';
import {
  checkParameters,
  estimate,
  findPreset,
  parseRecipe,
  PARAMETER_TABLE,
  PRESETS,
  variationsPerIdentity,
} from './index.ts';
import type { ParameterInfo, Recipe } from './index.ts';

const MINIMAL = {
  generator: 'parametric-head@1',
  recogniser: 'parametric-head-id@1',
  identities: 10,
  references: { algorithm: 'langevin' },
};

describe('a recipe', () => {
  test('fills in the defaults of the table', () => {
    const recipe = parseRecipe(MINIMAL);
    expect(recipe).toMatchObject({
      seed: 0,
      truncation: 0.7,
      batchSize: 8,
      variations: null,
      image: { format: 'jpeg', quality: 95 },
    });
    expect(recipe.references.parameters).toEqual(checkParameters('langevin', {}));
    if (recipe.references.algorithm === 'langevin') {
      expectTypeOf(recipe.references.parameters).toEqualTypeOf<LangevinParameters>();
    }
  });

  test('is the same after being written and parsed again', () => {
    for (const { recipe } of PRESETS) {
      expect(parseRecipe(structuredClone(recipe))).toEqual(recipe);
    }
  });

  test("takes parameters under the names of the authors' command lines", () => {
    const parameters = { iterations: 100, repulsionRadius: 1.5, latentForce: 0.1 };
    const disco = { algorithm: 'disco', covariates: 'a@1' };
    const ours = parseRecipe({
      ...MINIMAL,
      references: { algorithm: 'langevin', parameters },
      variations: { ...disco, parameters: { latentGlobalCoefficient: 2, poseScaling: 3 } },
    });
    const theirs = parseRecipe({
      ...MINIMAL,
      references: {
        algorithm: 'langevin',
        parameters: { '--iterations': 100, repulsion_radius: 1.5, 'latent-force': 0.1 },
      },
      variations: {
        ...disco,
        parameters: { latent_global_coefficient: 2, '--pose_scaling': 3 },
      },
    });
    expect(theirs).toEqual(ours);
  });

  test("takes the options of the authors' own jobs as they are written there", () => {
    const theirs = parseRecipe({
      'network-type': 'stylegan2-256@1',
      'embedding-type': 'iresnet50@1',
      'num-identities': 10_000,
      'batch-size': 64,
      truncation_psi: 0.7,
      references: {
        algorithm: 'langevin',
        parameters: {
          '--ict': 1.4,
          '--langevin-iterations': 100,
          '--langevin-repulsion-radius': 1.4,
          '--langevin-timestep': -0.3,
          '--langevin-latent-force': 0.1,
          '--langevin-checkpoint-iter': 10,
        },
      },
      variations: {
        algorithm: 'disco',
        covariates: 'a@1',
        parameters: {
          '--dispersion-num-augmentations': 64,
          '--dispersion-latent-radius': 14,
          '--pose-scaling': 2,
        },
      },
    });
    expect(theirs).toEqual(
      parseRecipe({
        generator: 'stylegan2-256@1',
        recogniser: 'iresnet50@1',
        identities: 10_000,
        batchSize: 64,
        references: {
          algorithm: 'langevin',
          parameters: {
            interClassThreshold: 1.4,
            iterations: 100,
            repulsionRadius: 1.4,
            timestep: -0.3,
            latentForce: 0.1,
            checkpointEvery: 10,
          },
        },
        variations: {
          algorithm: 'disco',
          covariates: 'a@1',
          parameters: { variations: 64, latentRadius: 14, poseScaling: 2 },
        },
      }),
    );
    const repulse = parseRecipe({
      ...MINIMAL,
      references: { algorithm: 'repulse', parameters: { ict: 1.1, repulse: 2 } },
    });
    expect(repulse.references.parameters).toMatchObject({ repulsionCoefficient: 2 });
    const never = parseRecipe({
      ...MINIMAL,
      references: { algorithm: 'langevin', parameters: { checkpoint_iter: -1 } },
    });
    expect(never.references.parameters).toMatchObject({ checkpointEvery: 0 });
  });

  test('says where something belongs that is no parameter here', () => {
    const asked = (stage: object) => () => parseRecipe({ ...MINIMAL, ...stage });
    expect(
      asked({
        references: {
          algorithm: 'langevin',
          parameters: { 'langevin-constant-embeddings': 'e.h5' },
        },
      }),
    ).toThrow(/is a file there; here 'gallery: name@version' beside the parameters names one/);
    expect(
      asked({
        variations: {
          algorithm: 'dispersion',
          parameters: { 'dispersion-initial-covariates': true },
        },
      }),
    ).toThrow(/is the algorithm disco here/);
    expect(
      asked({
        variations: {
          algorithm: 'covariates',
          covariates: 'a@1',
          parameters: { expressions: ['smile'] },
        },
      }),
    ).toThrow(/is a list beside the parameters/);
    expect(asked({ num_identities: 3, identities: 4 })).toThrow(
      /identities: gives identities a second time/,
    );
  });

  test('refuses a parameter that is given under two names, and one that the algorithm has not', () => {
    const stage = (parameters: object): unknown => ({
      ...MINIMAL,
      references: { algorithm: 'random', parameters },
    });
    expect(() =>
      parseRecipe(stage({ inter_class_threshold: 1, interClassThreshold: 1.1 })),
    ).toThrow(
      'references.parameters.interClassThreshold: gives interClassThreshold a second time; keep one of the two',
    );
    expect(() => parseRecipe(stage({ repulsion_radius: 1 }))).toThrow(
      'references.parameters.repulsion_radius: is no parameter of random; it has interClassThreshold',
    );
  });

  test('lists every problem with its path and the reason', () => {
    const wrong = {
      ...MINIMAL,
      identities: 1,
      generator: 'StyleGAN',
      references: {
        algorithm: 'langevin',
        parameters: { timestep: 0, viscosity: 3, repulsionRadius: 4 },
      },
      variations: { algorithm: 'dispersion', parameters: { variations: 2.5 } },
    };
    let problems: readonly { path: string; message: string }[] = [];
    try {
      parseRecipe(wrong);
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      problems = error.problems;
    }
    const byPath = new Map(problems.map(({ path, message }) => [path, message]));
    expect(byPath.get('generator')).toMatch(/name@version/);
    expect(byPath.has('identities')).toBe(true);
    expect(byPath.get('references.parameters.timestep')).toMatch(/other than 0/);
    expect(byPath.get('references.parameters.repulsionRadius')).toMatch(
      /from 0.01 to 3.141 radians, got 4/,
    );
    expect(byPath.get('references.parameters.viscosity')).toMatch(/is no parameter of langevin/);
    expect(byPath.get('variations.parameters.variations')).toMatch(/whole number/);
  });

  test('refuses a repulsion that ends below the ICT', () => {
    const parameters = { repulsionRadius: 0.8, interClassThreshold: 1.2 };
    const recipe = { ...MINIMAL, references: { algorithm: 'langevin', parameters } };
    expect(() => parseRecipe(recipe)).toThrow(/below the ICT of 1.2/);
  });

  test('refuses a gallery and its distance without each other, with the parameter to change', () => {
    const problems = (references: object): string => {
      try {
        parseRecipe({ ...MINIMAL, references: { algorithm: 'langevin', ...references } });
      } catch (error) {
        if (error instanceof RecipeError) return error.message;
      }
      return '';
    };
    expect(problems({ gallery: 'training-set@1' })).toMatch(
      /references.parameters.constantDistance: is 0, so that the gallery 'training-set@1' would have no effect/,
    );
    expect(problems({ parameters: { constantDistance: 1.1 } })).toMatch(
      /references.parameters.constantDistance: is 1.1, but there is no gallery/,
    );
    const both = { gallery: 'training-set@1', parameters: { constantDistance: 1.1 } };
    expect(problems(both)).toBe('');
  });

  test('refuses no variations and one identity with a sentence, and counts those of every algorithm', () => {
    const none = { algorithm: 'dispersion', parameters: { variations: 0 } };
    expect(() => parseRecipe({ ...MINIMAL, variations: none })).toThrow(
      /variations.parameters.variations: must be a whole number from 1 .* for none, leave the variations out/,
    );
    const labelled = { algorithm: 'covariates', covariates: 'faces@1' };
    const nothing = { poseSteps: 0, illuminationSteps: 0 };
    expect(() =>
      parseRecipe({
        ...MINIMAL,
        variations: { ...labelled, parameters: nothing, expressions: [] },
      }),
    ).toThrow(/no variation would be made/);
    expect(() => parseRecipe({ ...MINIMAL, identities: 1 })).toThrow(/nothing to be apart from/);
    const count = (variations: unknown): number =>
      variationsPerIdentity(parseRecipe({ ...MINIMAL, variations }));
    expect([count(null), count(labelled), count({ ...labelled, expressions: ['smile'] })]).toEqual([
      0, 17, 13,
    ]);
    expect(count({ algorithm: 'disco', covariates: 'faces@1' })).toBe(16);
    expect(() => parseRecipe({ ...MINIMAL, variations: { algorithm: 'disco' } })).toThrow(
      /variations.covariates/,
    );
  });

  test('takes lengths in latent units or as multiples of the mean distance', () => {
    const parameters = { latentRadius: { meanDistances: 0.9 }, initialNoise: 0.3 };
    const recipe = parseRecipe({ ...MINIMAL, variations: { algorithm: 'dispersion', parameters } });
    expect(recipe.variations?.parameters).toMatchObject(parameters);
    const wrong = { algorithm: 'dispersion', parameters: { latentRadius: { meanDistances: -1 } } };
    expect(() => parseRecipe({ ...MINIMAL, variations: wrong })).toThrow(RecipeError);
  });
});

describe('the parameter table', () => {
  test('has for every entry a default within its range and an explanation that ends as a sentence', () => {
    for (const table of Object.values(PARAMETER_TABLE)) {
      for (const [name, info] of Object.entries<ParameterInfo>(table)) {
        expect(info.name).toBe(name);
        for (const value of [info.default, info.published ?? info.default]) {
          expect(value).toBeGreaterThanOrEqual(info.minimum);
          expect(value).toBeLessThanOrEqual(info.maximum);
        }
        expect(info.explanation).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  test('holds the published values of the StyleGAN2 presets', () => {
    const preset = findPreset('stylegan2-256-dispersion')?.recipe as Recipe;
    const disco = findPreset('stylegan2-256-disco')?.recipe as Recipe;
    for (const stage of [preset.references, preset.variations, disco.variations]) {
      if (stage === null) throw new Error('the preset has both stages');
      const table: Readonly<Record<string, ParameterInfo>> = PARAMETER_TABLE[stage.algorithm];
      for (const [name, value] of Object.entries(stage.parameters)) {
        const published = table[name]?.published;
        if (published !== null) expect([name, value]).toEqual([name, published]);
      }
    }
  });
});

describe('an estimate', () => {
  test('counts images, passes and time', () => {
    const recipe = parseRecipe({
      ...MINIMAL,
      references: { algorithm: 'langevin', parameters: { iterations: 5 } },
      variations: { algorithm: 'dispersion', parameters: { variations: 4, iterations: 3 } },
    });
    const figures = estimate(recipe, {
      imagesPerSecond: 10,
      gradientsPerSecond: 5,
      bytesPerImage: 100,
    });
    expect(figures).toMatchObject({
      references: 10,
      variations: 40,
      images: 50,
      forwards: 10 * 6 + 40 + 50,
      gradients: 50 + 120,
      bytes: 5000,
    });
    expect(figures.seconds.variations).toBe(120 / 5 + 40 / 10);
    expect(figures.seconds.total).toBe(
      figures.seconds.references + figures.seconds.variations + figures.seconds.render,
    );
  });
});
