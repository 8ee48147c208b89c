import { makeTeam, openTestCatalog, type TestCatalog } from '@colloid/catalog/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { removeOld } from './remove-old.ts';

let open: TestCatalog;
beforeAll(async () => {
  open = await openTestCatalog();
});
afterAll(() => open.close());

const NOW = Date.UTC(2026, 10, 28);
const daysAgo = (days: number): Date => new Date(NOW - days * 24 * 60 * 60 * 1000);

test('removes ended deliveries and read notifications beyond the age, and nothing of the audit log', async () => {
  const { catalog } = open;
  const { prisma } = catalog;
  const { owner, team } = await makeTeam(catalog, 'old');
  const url = 'https://hooks.example.org/';
  const { webhook } = await catalog.webhooks.createWebhook({ actor: owner, teamId: team.id, url });
  const delivery = (finishedAt: Date | null) => ({
    webhookId: webhook.id,
    action: 'run.end',
    payload: {},
    createdAt: daysAgo(200),
    finishedAt,
    queuedAt: daysAgo(200),
    ...(finishedAt === null ? {} : { state: 'DELIVERED' as const }),
  });
  // More than one batch, so that the loop is needed.
  const many = Array.from({ length: 1100 }, () => delivery(daysAgo(91)));
  await prisma.webhookDelivery.deleteMany({ where: { webhookId: webhook.id } });
  await prisma.webhookDelivery.createMany({
    data: [...many, delivery(daysAgo(89)), delivery(null)],
  });
  const tried = await prisma.webhookDelivery.findFirstOrThrow({
    where: { finishedAt: daysAgo(91) },
  });
  await prisma.webhookAttempt.create({
    data: { deliveryId: tried.id, number: 1, milliseconds: 5, status: 200 },
  });
  const notice = (readAt: Date | null) => ({
    userId: owner.userId,
    action: 'run.end',
    sentence: 'A run ended',
    entityType: 'Run',
    entityId: 'x',
    createdAt: daysAgo(200),
    readAt,
  });
  await prisma.notification.createMany({
    data: [notice(daysAgo(91)), notice(daysAgo(89)), notice(null)],
  });
  const events = await prisma.auditEvent.count();

  const { signal } = new AbortController();
  const rows = await removeOld({ catalog, days: 90, now: () => NOW, signal });

  expect(rows).toBe(1101);
  const left = await prisma.webhookDelivery.findMany({ orderBy: { id: 'asc' } });
  expect(left.map(({ finishedAt }) => finishedAt)).toEqual([daysAgo(89), null]);
  expect(await prisma.webhookAttempt.count()).toBe(0);
  const read = await prisma.notification.findMany({
    where: { action: 'run.end' },
    orderBy: { id: 'asc' },
  });
  expect(read.map(({ readAt }) => readAt)).toEqual([daysAgo(89), null]);
  expect(await prisma.auditEvent.count()).toBe(events);
  expect(await removeOld({ catalog, days: 90, now: () => NOW, signal })).toBe(0);
});
