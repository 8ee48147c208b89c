-- CreateIndex
CREATE INDEX "notification_readAt_idx" ON "notification"("readAt");

-- CreateIndex
CREATE INDEX "webhook_delivery_finishedAt_idx" ON "webhook_delivery"("finishedAt");
