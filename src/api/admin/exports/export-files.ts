import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { SharedCounts } from '../../../cache/shared-counts.ts';
import type { Config } from '../../../config.ts';
import { type Change, recordEvent } from '../../../db/audit/record-change.ts';
import type { Database } from '../../../db/connection/database.ts';
import type { Actor } from '../../../domain/actor.ts';
import { reportError } from '../../../error-reports/report-error.ts';
import type { ApiContext } from '../../context.ts';
import { RateLimit } from '../../rate-limit/rate-limit.ts';
import { ExportSlots } from './export-slots.ts';
import { limitSending, type SendingLimits, type SendingOutcome } from './limit-sending.ts';

/** Part of a file, and how many rows it completes. */
export interface ExportPart {
  text: string;
  rows: number;
}

export interface ExportFile {
  /** The resource's name in the path of its API. */
  of: 'transactions' | 'categories' | 'accounts';
  format: 'csv' | 'json';
  /** The filters of the request, for the audit log. */
  filter: Record<string, unknown>;
  /** The name of the saved file, without its extension; null for an answer that is not saved as a file. */
  name: string | null;
  /** Pieces of the file, which are produced as fast as the client reads them. */
  parts: AsyncIterable<ExportPart>;
}

/** The time limit for each piece. It means some 9 KB a second, which any working connection reaches. */
const pieceBytes = 256 * 1024;
const stallMs = 30_000;

/** The limit for a user or key. Each export leaves two entries in the audit log, and notifies all consoles of both. */
const maxPerMinute = 60;

const types = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

/** Sends files of data, each within limits of time and memory, and with entries in the audit log. */
export class ExportFiles {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #slots: ExportSlots;
  readonly #limits: SendingLimits;
  readonly #rate: RateLimit;

  constructor(
    database: Database,
    logger: Logger,
    counts: SharedCounts,
    config: Pick<Config, 'DATABASE_EXPORT_POOL_SIZE' | 'EXPORT_TIMEOUT_SECONDS'>,
  ) {
    this.#database = database;
    this.#logger = logger;
    // Most of them hold a connection for as long as their client reads.
    this.#slots = new ExportSlots(config.DATABASE_EXPORT_POOL_SIZE);
    this.#limits = { stallMs, deadlineMs: config.EXPORT_TIMEOUT_SECONDS * 1_000 };
    this.#rate = new RateLimit('exports', maxPerMinute, counts);
  }

  /** Begins to send the file. Throws ApiError when too many are being sent, or were sent within a minute. */
  async send(ctx: ApiContext, file: ExportFile): Promise<void> {
    if (file.name !== null) ctx.attachment(`${file.name}.${file.format}`);
    ctx.type = types[file.format];
    if (ctx.method === 'HEAD') {
      ctx.status = 200;
      return;
    }
    const who = whoAsks(ctx);
    const giveBack = this.#slots.take(who);
    const { actor } = ctx.state;
    const told = { of: file.of, format: file.format, filter: file.filter };
    try {
      this.#rate.count(who, 1);
      // Written before the first byte, so that the log has the export even if the process ends in the middle.
      await this.#record(actor, { action: 'begin_export', after: told });
    } catch (error) {
      giveBack();
      throw error;
    }

    let rows = 0;
    let isStarted = false;
    async function* pieces(): AsyncGenerator<Buffer> {
      isStarted = true;
      try {
        for await (const part of file.parts) {
          const bytes = Buffer.from(part.text);
          for (let at = 0; at < bytes.length; at += pieceBytes)
            yield bytes.subarray(at, at + pieceBytes);
          rows += part.rows;
        }
      } finally {
        // The connection to the database is free only now.
        giveBack();
      }
    }
    const end = (outcome: SendingOutcome): void => {
      if (!isStarted) giveBack();
      const how = outcome === 'finished' ? { outcome } : { outcome: 'cut_off', reason: outcome };
      this.#record(actor, { action: 'export', after: { ...told, rows, ...how } }).catch(
        (error: unknown) => {
          // Without the filter, which may hold a merchant or an account.
          this.#logger.error(
            { err: error, of: file.of, format: file.format, rows },
            'an export was not recorded',
          );
          reportError(error);
        },
      );
    };
    const limited = limitSending(ctx.res, pieces(), this.#limits, end);
    // One piece waits while another is sent. Koa destroys the stream when the connection ends.
    ctx.body = Readable.from(limited, { objectMode: true, highWaterMark: 1 });
  }

  #record(actor: Actor, { action, after }: Pick<Change, 'action' | 'after'>): Promise<void> {
    const change: Change = { action, resource: 'exports', resourceId: null, after };
    return recordEvent(this.#database, actor, change);
  }
}

/** A key and its successors count as one. */
const whoAsks = ({ state }: ApiContext): string =>
  state.session === undefined ? `key ${state.principal.lineageId}` : `user ${state.session.userId}`;

/** A file in one piece. */
export async function* wholeFile(text: string, rows: number): AsyncGenerator<ExportPart> {
  yield { text, rows };
}
