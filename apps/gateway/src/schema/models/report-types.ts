/** @file What the checks of a model found. */
import { CHECK_TITLES, MODEL_CHECKS } from '@colloid/sampler/model';

import { enumType, objectType } from '../nexus.ts';

export const ModelCheckId = enumType({
  name: 'ModelCheckId',
  description: 'One of the checks of a model, in their order.',
  members: MODEL_CHECKS.map((name) => ({ name, description: `${CHECK_TITLES[name]}.` })),
});

export const ModelCheckState = enumType({
  name: 'ModelCheckState',
  description: 'What a check came to.',
  members: [
    { name: 'PASSED', description: 'Nothing speaks against the model.' },
    { name: 'WARNED', description: 'The model may be used, but somebody should look at this.' },
    { name: 'FAILED', description: 'The model is refused for this.' },
    { name: 'SKIPPED', description: 'An earlier failure made it impossible.' },
  ],
});

export const OperatorGradient = enumType({
  name: 'OperatorGradient',
  description: 'Whether a gradient flows through an operator.',
  members: [
    { name: 'RULE', value: 'rule', description: 'There is a rule.' },
    {
      name: 'NONE_EXISTS',
      value: 'none exists',
      description: 'Its output is constant as far as gradients go.',
    },
    { name: 'REFUSED', value: 'refused', description: 'It is refused for a reason.' },
    { name: 'NOT_YET', value: 'not yet', description: 'It is known, and no rule is written yet.' },
    { name: 'UNKNOWN', value: 'unknown', description: 'It is not known at all.' },
  ],
});

export const ModelCheck = objectType({
  name: 'ModelCheck',
  description: 'One check of a model.',
  definition(t) {
    t.field('id', { type: 'ModelCheckId', description: 'Which check.' });
    t.string('title', {
      description: 'What it asks, for people.',
      resolve: ({ id }) => CHECK_TITLES[id],
    });
    t.field('state', { type: 'ModelCheckState', description: 'What it came to.' });
    t.string('detail', {
      description: 'What was found, with numbers; where it failed, what to do.',
    });
    t.float('seconds', { description: 'How long it took, in seconds.' });
  },
});

export const ModelGraphFacts = objectType({
  name: 'ModelGraphFacts',
  description: 'What an ONNX file holds.',
  definition(t) {
    t.int('opset', { description: 'Version of the operators.' });
    t.int('nodes', { description: 'Number of nodes.' });
    t.float('weights', { description: 'How many weights: a count.' });
  },
});

export const ModelFileFacts = objectType({
  name: 'ModelFileFacts',
  description: 'A file of a model.',
  definition(t) {
    t.string('name', { description: 'Its name beside model.json.' });
    t.float('sizeBytes', { description: 'Bytes.' });
    t.nullable.field('graph', {
      type: 'ModelGraphFacts',
      description: 'What its graph holds; null for a file that is none.',
    });
  },
});

export const ModelOperatorBlock = objectType({
  name: 'ModelOperatorBlock',
  description: 'Where an operator stands in the way of the gradient.',
  definition(t) {
    t.string('node', { description: 'The first such node, by its name in the file.' });
    t.string('reason', { description: 'Why, and what is needed.' });
  },
});

export const ModelOperatorFacts = objectType({
  name: 'ModelOperatorFacts',
  description: 'An operator that a model uses.',
  definition(t) {
    t.string('operator', { description: 'Its name in the ONNX standard.' });
    t.int('count', { description: 'Nodes with it, in all files.' });
    t.field('gradient', {
      type: 'OperatorGradient',
      description: 'Whether a gradient flows through it.',
    });
    t.nullable.field('blockedAt', {
      type: 'ModelOperatorBlock',
      description: 'Where it stands in the way of this model; null where it does not.',
    });
  },
});

export const ModelValueFacts = objectType({
  name: 'ModelValueFacts',
  description: 'Numbers that went in or came out while the model was tried.',
  definition(t) {
    t.string('name', { description: 'w, image or embedding.' });
    t.string('type', { description: 'Element type and shape.' });
    t.float('min', { description: 'Least value, in units of the model.' });
    t.float('max', { description: 'Greatest value, in units of the model.' });
    t.float('mean', { description: 'Mean value, in units of the model.' });
  },
});

export const ModelGradientFacts = objectType({
  name: 'ModelGradientFacts',
  description: 'Comparison of the gradient g with central differences along directions v.',
  definition(t) {
    t.float('medianRelativeError', {
      description: 'Median of |difference - g·v| / |g|, a ratio; at most 0.001 is accepted.',
    });
    t.float('worstRelativeError', {
      description: 'Greatest |difference - g·v| / |g|, a ratio; at most 0.03 is accepted.',
    });
    t.int('samples', { description: 'Points at which it was compared.' });
    t.int('directions', { description: 'Random directions at each point.' });
  },
});

export const ModelSpeed = objectType({
  name: 'ModelSpeed',
  description: 'How fast a model runs.',
  definition(t) {
    t.int('batch', { description: 'Images computed together.' });
    t.float('forwardPerSecond', { description: 'Images a second, forward only.' });
    t.nullable.float('gradientPerSecond', {
      description: 'Images a second, forward and gradient; null where there is no gradient.',
    });
  },
});

export const ModelSampleSheet = objectType({
  name: 'ModelSampleSheet',
  description: 'Images of a generator at random latents, laid out as one.',
  definition(t) {
    t.string('url', {
      description:
        "Where the image is: a path on this server's address, signed and good for about an hour.",
      resolve: ({ objectKey }, _args, { signer, now }) =>
        signer.sign({ objectKey }, { nowMs: now() }),
    });
    t.int('count', { description: 'Number of images.' });
    t.int('columns', { description: 'Images beside each other.' });
    t.int('rows', { description: 'Images above each other.' });
  },
});

export const ModelReport = objectType({
  name: 'ModelReport',
  description: 'Everything that the checks of a model found.',
  definition(t) {
    t.list.field('checks', {
      type: 'ModelCheck',
      description: 'The checks, in their order.',
      extensions: { price: { assumedSize: MODEL_CHECKS.length } },
    });
    t.list.field('files', {
      type: 'ModelFileFacts',
      description: 'Its files; empty where they could not be read.',
      extensions: { price: { assumedSize: 4 } },
    });
    t.list.field('operators', {
      type: 'ModelOperatorFacts',
      description: 'The operators of its graphs, by name.',
      extensions: { price: { assumedSize: 40 } },
    });
    t.list.field('values', {
      type: 'ModelValueFacts',
      description: 'What went in and came out.',
      extensions: { price: { assumedSize: 2 } },
    });
    t.nullable.field('gradient', {
      type: 'ModelGradientFacts',
      description: 'The gradient check; null where it could not be made.',
    });
    t.list.field('speed', {
      type: 'ModelSpeed',
      description: 'Images a second, by batch size.',
      extensions: { price: { assumedSize: 2 } },
    });
    t.nullable.field('samples', {
      type: 'ModelSampleSheet',
      description: 'Images of a generator; null for a recogniser, and where it could not be run.',
    });
    t.nullable.string('provider', { description: 'Execution provider it was checked on.' });
    t.nullable.int('threads', { description: 'Threads it was checked with.' });
    t.float('seconds', { description: 'How long the checks took, in seconds.' });
    t.nullable.float('peakMemoryBytes', {
      description:
        'Most memory of the process that checked, in bytes; null where it was not watched.',
    });
  },
});
