import { ApiError } from '../../domain/errors.ts';
import type { Status } from '../../domain/status.ts';

export const notFailed = (status: Status): ApiError =>
  new ApiError('conflict', `Only a failed batch can be retried; this one is ${status}.`);
