import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/connection/database.ts';
import { activateVersion } from '../../src/db/learning/activate-version.ts';
import { beginTrainings } from '../../src/db/learning/begin-trainings.ts';
import { createTraining } from '../../src/db/learning/create-training.ts';
import {
  completeTrainings,
  failTrainings,
  LiveVersionChangedError,
} from '../../src/db/learning/end-trainings.ts';
import { loadLabelledRows } from '../../src/db/learning/load-labelled-rows.ts';
import { requestDueTraining } from '../../src/db/learning/request-due-training.ts';
import { Training } from '../../src/db/models/training.ts';
import { assignCategories } from '../../src/db/transactions/assign-categories.ts';
import { decidedByCategorizer } from '../../src/db/transactions/stored-decision.ts';
import type { TrainedVersion } from '../../src/domain/training.ts';
import { loadTrainingInput } from '../../src/training/load-training-input.ts';
import { insertCategory } from '../helpers/insert-test-batch.ts';
import { insertRows, label } from '../helpers/label-rows.ts';
import { testActor } from '../helpers/test-actor.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from '../helpers/test-database.ts';

let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  db = await createTestDatabase();
  database = db.database;
});

afterEach(async () => {
  await emptyTables(database);
});

afterAll(async () => {
  await db.drop();
});

async function labelRows(count: number): Promise<number[]> {
  const categoryId = await insertCategory(database, `Category ${count}`, []);
  const ids = await insertRows(
    database,
    Array.from({ length: count }, () => ({ merchantName: 'shop' })),
  );
  await label(database, ids, () => categoryId);
  return ids;
}

const trained = (data: string, comparedWith: number | null = null): TrainedVersion => {
  const figures = {
    rowCount: 1,
    answeredCount: 1,
    coverage: 1,
    answerCount: 1,
    rightCount: 1,
    precision: 1,
    precisionInterval: [0, 1] as [number, number],
  };
  return {
    trainedAt: new Date(),
    labelledRowCount: 1,
    merchantCount: 1,
    evaluation: {
      targetPrecision: 0.95,
      overall: figures,
      categorizers: [],
      categories: [],
      learningCurve: [],
      costliestMerchants: [],
      later: null,
    },
    data: Buffer.from(data),
    answers: Buffer.alloc(1),
    comparedWith,
    isWorse: false,
  };
};

describe('loadLabelledRows', () => {
  const load = (maxRows: number) =>
    database.transaction(async (trx) => {
      const ids: number[] = [];
      for await (const rows of loadLabelledRows(trx, maxRows))
        ids.push(...rows.map(({ id }) => id));
      return ids;
    });

  it('takes the newest labels, as many as it may', async () => {
    const ids = await labelRows(2_500);
    expect(await load(2_500)).toEqual(ids.toReversed());
    await database('labels')
      .where({ transaction_id: ids[1_200] as number })
      .update({ labelled_at: new Date(0) });
    expect(await load(2_499)).toEqual(ids.toSpliced(1_200, 1).toReversed());
  });

  it('leaves out rows that are no longer set by hand, or have no category', async () => {
    const [first, second, third] = await labelRows(3);
    await database('transactions')
      .where({ id: first as number })
      .update({ category_source: 'pattern' });
    await database('transactions')
      .where({ id: second as number })
      .update({ category_id: null });
    expect(await load(10)).toEqual([third]);
  });
});

describe('loadTrainingInput', () => {
  it('leaves room for every merchant, however many rows of one are labelled', async () => {
    const blueDoor = await insertRows(database, [{ merchantName: 'Blue Door' }]);
    const categoryId = await insertCategory(database, 'Food', []);
    await label(database, blueDoor, () => categoryId);
    const large = await labelRows(1_100);
    const { rows } = await loadTrainingInput(database);
    expect(rows.map(({ id }) => id)).toEqual([...blueDoor, ...large.slice(100)]);
  });

  it('expects rows to come to be like the newest 20,000, labelled or not', async () => {
    const [old, ...others] = await labelRows(3);
    await insertRows(
      database,
      Array.from({ length: 19_998 }, () => ({ merchantName: 'unknown' })),
    );
    const { rows, unlabelled } = await loadTrainingInput(database);
    expect(rows.filter(({ isOld }) => isOld).map(({ id }) => id)).toEqual([old]);
    expect(rows.filter(({ isOld }) => !isOld).map(({ id }) => id)).toEqual(others);
    expect(unlabelled).toHaveLength(19_998);
  });
});

describe('a training that nobody asked for', () => {
  const requested = () => database('trainings').select('requestedBy', 'status');

  const insertTraining = (status: string, age: string) =>
    database('trainings').insert({
      id: crypto.randomUUID(),
      status,
      requested_by: 'nobody',
      started_at: database.raw('now() - ?::interval', [age]),
      finished_at: new Date(),
    });

  it('is requested once 50 rows were labelled', async () => {
    await labelRows(49);
    await insertTraining('completed', '1 hour');
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(1);
    await labelRows(1);
    await Promise.all([requestDueTraining(database), requestDueTraining(database)]);
    expect(await requested()).toContainEqual({ requestedBy: 'schedule', status: 'running' });
    expect(await requested()).toHaveLength(2);
  });

  it('is requested once 50 labels were taken back, which the next one forgets', async () => {
    const ids = await labelRows(100);
    await insertTraining('completed', '1 hour');
    await database('labels').update({ labelled_at: new Date(0) });
    const takeBack = (places: [number, number]) =>
      database.transaction((trx) =>
        assignCategories(
          trx,
          ids.slice(...places).map((transactionId) => ({
            transactionId,
            decision: decidedByCategorizer(null),
          })),
          { onlyManual: true },
        ),
      );
    await takeBack([0, 49]);
    // These are no labels any more.
    await takeBack([0, 49]);
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(1);
    await takeBack([49, 50]);
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(2);
    await completeTrainings(database, await beginTrainings(database), null);
    expect(await database('removed_labels')).toEqual([]);
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(2);
  });

  it('does not replace the version that a person chose before anybody labels again', async () => {
    await createTraining(database, testActor, 'nobody');
    await completeTrainings(database, await beginTrainings(database), trained('one'));
    const version = await database('learned_versions').first('id');
    await database('categorizer_state').update({ live_version_id: null });
    await database('trainings').update({ started_at: new Date(0) });
    await labelRows(60);
    await activateVersion(database, testActor, version.id);
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(1);
    await labelRows(50);
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(2);
  });

  it('is requested again a day after one that failed', async () => {
    await labelRows(60);
    await insertTraining('completed', '3 days');
    await database('labels').update({ labelled_at: database.raw(`now() - interval '2 days'`) });
    await insertTraining('failed', '23 hours');
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(2);
    await database('trainings').delete();
    await insertTraining('completed', '3 days');
    await insertTraining('failed', '25 hours');
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(3);
  });

  it('is requested for any label if the last one is older than a day', async () => {
    await requestDueTraining(database);
    expect(await requested()).toEqual([]);
    await labelRows(1);
    await requestDueTraining(database);
    expect(await requested()).toHaveLength(1);
  });
});

it('serves all that ask for a training before it begins with the same one', async () => {
  const create = () => createTraining(database, testActor, 'nobody');
  const [one, other] = await Promise.all([create(), create()]);
  expect(one.id).toBe(other.id);
  expect(await database('audit_log')).toHaveLength(1);
  await beginTrainings(database);
  expect((await create()).id).not.toBe(one.id);
});

describe('ending trainings', () => {
  const versions = () => database('learned_versions').pluck('id');

  async function begin(): Promise<string[]> {
    await createTraining(database, testActor, 'nobody');
    return beginTrainings(database);
  }

  it('stores a version once, whichever attempt comes first', async () => {
    const ids = await begin();
    expect(await completeTrainings(database, ids, trained('one'))).toBe('live');
    expect(await completeTrainings(database, ids, trained('another'))).toBeNull();
    expect(await versions()).toHaveLength(1);
    expect(await failTrainings(database, ids, 'too late')).toBe(0);
    expect(await Training.query(database)).toMatchObject([
      { status: 'completed', outcome: 'live', failureReason: null },
    ]);
  });

  it('refuses a version that was compared with one that is no longer live', async () => {
    const first = await begin();
    await completeTrainings(database, first, trained('one'));
    const second = await begin();
    await expect(completeTrainings(database, second, trained('two'))).rejects.toBeInstanceOf(
      LiveVersionChangedError,
    );
    const [live] = await versions();
    expect(await completeTrainings(database, second, trained('two', live))).toBe('live');
  });

  it('stores a worse version, which does not go live', async () => {
    await completeTrainings(database, await begin(), trained('one'));
    const [live] = await versions();
    const worse = { ...trained('two', live), isWorse: true };
    expect(await completeTrainings(database, await begin(), worse)).toBe('worse');
    expect(await versions()).toHaveLength(2);
    const state = await database('categorizer_state').first('live_version_id');
    expect(state).toEqual({ liveVersionId: live });
  });

  it('lets a worse version go live that unlearns many labels', async () => {
    const takeBack = (rowCount: number) =>
      database('removed_labels').insert({ row_count: rowCount });
    await completeTrainings(database, await begin(), trained('one'));
    const [live] = await versions();
    const worse = (data: string) => ({ ...trained(data, live), isWorse: true });
    await takeBack(49);
    expect(await completeTrainings(database, await begin(), worse('two'))).toBe('worse');
    const third = await begin();
    // The training may have learned from these.
    await takeBack(50);
    expect(await completeTrainings(database, third, worse('three'))).toBe('worse');
    expect(await completeTrainings(database, await begin(), worse('four'))).toBe('live');
    expect(await database('removed_labels')).toEqual([]);
  });

  it('leaves no version live once there are no labels any more', async () => {
    await completeTrainings(database, await begin(), trained('one'));
    expect(await completeTrainings(database, await begin(), null)).toBe('no_labels');
    const state = await database('categorizer_state').first('live_version_id');
    expect(state).toEqual({ liveVersionId: null });
    expect(await versions()).toHaveLength(1);
  });

  it('says in the audit log what came of them', async () => {
    const ids = await begin();
    await failTrainings(database, ids, 'The training failed: no memory');
    expect(await database('audit_log').where({ action: 'end' })).toMatchObject([
      {
        actorType: 'system',
        resource: 'trainings',
        resourceId: ids[0],
        after: { status: 'failed', failure_reason: 'The training failed: no memory' },
      },
    ]);
  });
});
