import type { ZodOpenApiPathsObject } from 'zod-openapi';

export const adminPaths: ZodOpenApiPathsObject = {};
