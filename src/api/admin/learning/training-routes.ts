import Router from '@koa/router';
import { z } from 'zod';
import { activateVersion } from '../../../db/learning/activate-version.ts';
import { createTraining } from '../../../db/learning/create-training.ts';
import {
  findEvaluatedVersion,
  listLearnedVersions,
} from '../../../db/learning/list-learned-versions.ts';
import { listTrainings } from '../../../db/learning/list-trainings.ts';
import { Training } from '../../../db/models/training.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { pathId } from '../path-id.ts';
import { publicNameOf } from '../public-name-of.ts';
import { sendList } from '../send-list.ts';
import { presentWithNames } from './present-with-names.ts';
import { presentTraining, presentVersion } from './presenter.ts';
import { learnedVersionListQuery, trainingListQuery } from './schema.ts';

const base = '/api/admin/learning';

/** Learning from the categories that people set, and the versions that come of it. */
export function trainingRoutes(admin: AdminDependencies): Router<ApiState> {
  const { database, readDatabase, allow, workflowStarter } = admin;
  const router = new Router<ApiState>();

  router.get(`${base}/trainings`, allow('viewer'), async (ctx) => {
    const page = validate(trainingListQuery, ctx.query, 'query');
    sendList(ctx, await listTrainings(readDatabase, page), (training) => presentTraining(training));
  });

  router.post(`${base}/trainings`, allow('editor'), async (ctx) => {
    const training = await createTraining(database, ctx.state.actor, publicNameOf(ctx.state));
    workflowStarter.startTraining(training.id);
    ctx.status = 202;
    ctx.set('Location', `${base}/trainings/${training.id}`);
    ctx.body = presentTraining(training);
  });

  router.get(`${base}/trainings/:id`, allow('viewer'), async (ctx) => {
    const id = z.uuid().safeParse(ctx.params.id);
    const training = id.success ? await Training.query(readDatabase).findById(id.data) : undefined;
    if (training === undefined) throw notFound('training');
    const { learnedVersionId } = training;
    const version =
      learnedVersionId === null ? null : await findEvaluatedVersion(readDatabase, learnedVersionId);
    const evaluation = version && (await presentWithNames(readDatabase, version.evaluation));
    ctx.body = presentTraining(training, evaluation);
  });

  router.get(`${base}/versions`, allow('viewer'), async (ctx) => {
    const page = validate(learnedVersionListQuery, ctx.query, 'query');
    sendList(ctx, await listLearnedVersions(readDatabase, page), presentVersion);
  });

  router.post(`${base}/versions/:id/activate`, allow('editor'), async (ctx) => {
    const id = pathId(ctx.params.id);
    const version = id === null ? null : await activateVersion(database, ctx.state.actor, id);
    if (version === null) throw notFound('version');
    ctx.body = presentVersion(version);
  });

  return router;
}
