import { ApiError, type ErrorCode, type FieldError } from '../domain/errors.ts';
import { maxFieldErrors } from '../domain/limits.ts';

/** The first errors of one kind, and the count of all. */
export class ErrorCollector {
  count = 0;
  readonly first: FieldError[] = [];

  add(error: FieldError, line?: number): void {
    this.count++;
    if (this.first.length < maxFieldErrors)
      this.first.push(line === undefined ? error : { ...error, line });
  }

  throwAs(code: ErrorCode, detail: string): void {
    if (this.count === 0) return;
    throw new ApiError(code, detail, { errors: this.first, errorCount: this.count });
  }
}
