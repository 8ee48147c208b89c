/**
 * @file What version 2-0-2 of OpenLineage's specification demands of events and of the facets that we fill, restated as a JSON schema:
 * which fields there are, which are required, of which type. Facts of https://openlineage.io/spec/2-0-2/OpenLineage.json and of
 * https://openlineage.io/spec/facets (both under the Apache License 2.0), in our own words and no copy of their files.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const text = { type: 'string' };
const uri = { type: 'string', format: 'uri' };

/** A facet has two fields of its own, and those of its kind. */
const facet = (properties: Record<string, object>, required: readonly string[] = []) => ({
  type: 'object',
  properties: { _producer: uri, _schemaURL: uri, ...properties },
  required: ['_producer', '_schemaURL', ...required],
});

const facets = (known: Record<string, object>) => ({
  type: 'object',
  properties: known,
  additionalProperties: facet({}),
});

const tags = facet({
  tags: {
    type: 'array',
    items: {
      type: 'object',
      properties: { key: text, value: text, source: text, field: text },
      required: ['key', 'value'],
    },
  },
});

const dataset = {
  type: 'object',
  properties: {
    namespace: text,
    name: text,
    facets: facets({
      version: facet({ datasetVersion: text }, ['datasetVersion']),
      datasetType: facet({ datasetType: text, subType: text }, ['datasetType']),
      documentation: facet({ description: text }, ['description']),
      tags,
    }),
    inputFacets: facets({}),
    outputFacets: facets({
      outputStatistics: facet({
        rowCount: { type: 'integer' },
        size: { type: 'integer' },
        fileCount: { type: 'integer' },
      }),
    }),
  },
  required: ['namespace', 'name'],
};

const job = {
  type: 'object',
  properties: {
    namespace: text,
    name: text,
    facets: facets({
      jobType: facet({ processingType: text, integration: text, jobType: text }, [
        'processingType',
        'integration',
      ]),
      sourceCode: facet({ language: text, sourceCode: text }, ['language', 'sourceCode']),
      documentation: facet({ description: text }, ['description']),
    }),
  },
  required: ['namespace', 'name'],
};

const run = {
  type: 'object',
  properties: {
    runId: { type: 'string', format: 'uuid' },
    facets: facets({
      processing_engine: facet({ version: text, name: text }, ['version']),
      errorMessage: facet({ message: text, programmingLanguage: text }, [
        'message',
        'programmingLanguage',
      ]),
      tags,
    }),
  },
  required: ['runId'],
};

const event = (
  properties: Record<string, object>,
  {
    required,
    without = [],
  }: { readonly required: readonly string[]; readonly without?: readonly string[] },
) => ({
  type: 'object',
  properties: {
    eventTime: { type: 'string', format: 'date-time' },
    producer: uri,
    schemaURL: uri,
    ...properties,
  },
  required: ['eventTime', 'producer', 'schemaURL', ...required],
  not: { anyOf: without.map((name) => ({ required: [name] })) },
});

const datasets = { type: 'array', items: dataset };

const EVENTS = {
  oneOf: [
    {
      ...event(
        {
          eventType: {
            enum: ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'],
          },
          run,
          job,
          inputs: datasets,
          outputs: datasets,
        },
        { required: ['run', 'job'], without: ['dataset'] },
      ),
    },
    event({ dataset }, { required: ['dataset'], without: ['run', 'job'] }),
    event(
      { job, inputs: datasets, outputs: datasets },
      { required: ['job'], without: ['run', 'dataset'] },
    ),
  ],
};

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
addFormats.default(ajv);
const validate = ajv.compile(EVENTS);

/** What is wrong with an event by the specification, in words; empty where nothing is. */
export function faultsOfEvent(candidate: unknown): readonly string[] {
  if (validate(candidate)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath}: ${message ?? ''}`,
  );
}
