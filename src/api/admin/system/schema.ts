import { z } from 'zod';
import { textProblem } from '../../../domain/text.ts';
import { sweepRunStatuses } from '../../../temporal/operate-sweep-schedule.ts';
import { dateTime, expected } from '../fields.ts';

/** Enough for a sentence or two on why the schedule is paused. */
const maxNoteCharacters = 500;

const ended = z
  .int()
  .nullable()
  .meta({ description: 'Null where the process cannot tell, since the database does not answer.' });
const lookups = z.object({ hits: z.int(), misses: z.int() });
const link = z.string().meta({ description: 'A link to the Temporal UI.' });

export const systemSchema = z
  .object({
    database: z.object({
      status: z.enum(['up', 'away']),
      version: z.string().nullable().meta({ example: '18.4' }),
      size_bytes: z.int().nullable(),
    }),
    temporal: z.object({
      status: z.enum(['up', 'away']),
      address: z.string(),
      namespace: z.string(),
      ui_url: z.string(),
    }),
    cache: z.object({
      kind: z.enum(['redis', 'memory']),
      status: z.enum(['up', 'away', 'memory']),
      key_count: z.int().nullable(),
      hits: z.int().nullable().meta({
        description:
          'For Redis, the counts of all clients since the server started; otherwise those of this process.',
      }),
      misses: z.int().nullable(),
      process: z
        .object({ reports: lookups, patterns: lookups })
        .meta({ description: 'Since this process started.' }),
    }),
    kafka: z
      .object({
        brokers: z.array(z.string()),
        key_publishing: z.enum(['current', 'behind']),
        pending_key_change_count: z.int().nullable(),
        oldest_key_change_seconds: z.number().nullable().meta({
          description: 'For how long the oldest change of an API key waits to be written to Kafka.',
        }),
      })
      .nullable()
      .meta({ description: 'Null where there is no Kafka.' }),
    schedule: z
      .object({
        id: z.string(),
        paused: z.boolean(),
        note: z.string().nullable(),
        next_runs: z.array(dateTime),
        recent_runs: z
          .array(
            z.object({
              workflow_id: z.string(),
              run_id: z.string(),
              scheduled_at: dateTime,
              status: z.enum(sweepRunStatuses),
              result: z
                .object({
                  started_count: z.int(),
                  repaired_count: z.int(),
                  expired_key_count: z.int(),
                })
                .nullable()
                .meta({ description: 'The result of a completed run.' }),
              url: link,
            }),
          )
          .meta({ description: 'The latest first.' }),
        url: link,
      })
      .nullable()
      .meta({
        description:
          'Null while Temporal is unavailable, or before a worker has created the schedule.',
      }),
    backlog: z
      .object({
        pending_batch_count: z.int(),
        processing_batch_count: z.int(),
        transaction_count: z
          .int()
          .meta({ description: 'Transactions of these batches that are not completed.' }),
        oldest_created_at: dateTime
          .nullable()
          .meta({ description: 'When the batch was posted that has waited for longest.' }),
      })
      .nullable()
      .meta({
        description:
          'Batches that are not ended, as they were within the last ten seconds; at most 10,000 of each status are counted. Null while the database is unavailable or busy.',
      }),
    throughput: z
      .object({
        of: z.enum(['all_processes', 'this_process']).meta({
          description:
            'Without Redis, or while it is unavailable, a process knows only what it has received and refused itself; what was completed and failed is read from the database, for batches that arrived within the last two hours.',
        }),
        minutes: z
          .array(
            z.object({
              starts_at: dateTime,
              batch_count: z.int().meta({ description: 'New batches.' }),
              transaction_count: z.int().meta({ description: 'Transactions stored.' }),
              completed_batch_count: ended,
              failed_batch_count: ended,
              completed_transaction_count: ended,
              refusal_count: z.int().meta({ description: 'Requests answered with a problem.' }),
            }),
          )
          .meta({
            description: 'The last 60 minutes, the oldest first. The last one is not over.',
          }),
      })
      .meta({ description: 'What came in and was done.' }),
    version: z.string(),
    started_at: dateTime.meta({ description: 'When this process started.' }),
  })
  .meta({ id: 'System' });

export const pauseSchema = z.strictObject(
  {
    note: z
      .string({ error: expected('a string') })
      .check((context) => {
        const message = textProblem(context.value, maxNoteCharacters);
        if (message !== null)
          context.issues.push({ code: 'custom', message, input: context.value });
      })
      .meta({ description: 'Why the schedule is paused; may be empty.' }),
  },
  { error: 'must be a JSON object' },
);

export type SystemBody = z.infer<typeof systemSchema>;
