-- CreateIndex
CREATE INDEX "covariate_set_generatorVersionId_idx" ON "covariate_set"("generatorVersionId");

-- CreateIndex
CREATE INDEX "covariate_set_recogniserVersionId_idx" ON "covariate_set"("recogniserVersionId");

-- CreateIndex
CREATE INDEX "dataset_version_subsetId_idx" ON "dataset_version"("subsetId");

-- CreateIndex
CREATE INDEX "gallery_recogniserVersionId_idx" ON "gallery"("recogniserVersionId");

-- CreateIndex
CREATE INDEX "recipe_generatorVersionId_idx" ON "recipe"("generatorVersionId");

-- CreateIndex
CREATE INDEX "recipe_recogniserVersionId_idx" ON "recipe"("recogniserVersionId");

-- CreateIndex
CREATE INDEX "recipe_galleryId_idx" ON "recipe"("galleryId");

-- CreateIndex
CREATE INDEX "recipe_covariateSetId_idx" ON "recipe"("covariateSetId");

-- CreateIndex
CREATE INDEX "run_recipeId_idx" ON "run"("recipeId");

-- CreateIndex
CREATE INDEX "version_parent_parentId_idx" ON "version_parent"("parentId");

-- CreateIndex
CREATE INDEX "version_part_runId_idx" ON "version_part"("runId");
