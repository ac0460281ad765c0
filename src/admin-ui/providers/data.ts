import type { DataProvider } from '@refinedev/core';
import { listQuery } from './list-query.ts';
import { type ApiRequest, apiUrl, request } from './request.ts';

type Methods =
  | 'getList'
  | 'getOne'
  | 'getMany'
  | 'create'
  | 'update'
  | 'updateMany'
  | 'deleteOne'
  | 'deleteMany'
  | 'custom'
  | 'getApiUrl';

/** The API of the console; each resource of Refine is a folder of src/api/admin. */
export const dataProvider: Required<Pick<DataProvider, Methods>> = {
  getApiUrl: () => apiUrl,

  async getList({ resource, pagination, filters, sorters, meta }) {
    const query = listQuery({ pagination, filters, sorters });
    const { data, headers } = await request<never[]>(`${resource}?${query}`, signalOf(meta));
    return {
      data,
      total: Number(headers.get('X-Total-Count') ?? data.length),
      isTotalCapped: headers.has('X-Total-Count-Capped'),
    };
  },

  async getOne({ resource, id, meta }) {
    return request(`${resource}/${encodeURIComponent(id)}`, signalOf(meta));
  },

  async getMany({ resource, ids, meta }) {
    const query = new URLSearchParams(ids.map((id) => ['id', String(id)]));
    return request(`${resource}?${query}`, signalOf(meta));
  },

  async create({ resource, variables }) {
    return request(resource, { method: 'POST', body: variables });
  },

  async update({ resource, id, variables }) {
    return request(`${resource}/${encodeURIComponent(id)}`, { method: 'PATCH', body: variables });
  },

  /** `meta.action` names the operation of the API, which changes all rows or none. */
  async updateMany({ resource, ids, variables, meta }) {
    await request(`${resource}/${meta?.action}`, {
      method: 'POST',
      body: { ids, ...variables },
    });
    return { data: [] };
  },

  async deleteOne({ resource, id }) {
    return request(`${resource}/${encodeURIComponent(id)}`, { method: 'DELETE' });
  },

  async deleteMany({ resource, ids }) {
    const query = new URLSearchParams(ids.map((id) => ['id', String(id)]));
    await request(`${resource}?${query}`, { method: 'DELETE' });
    return { data: [] };
  },

  /** `url` is a path below /api/admin. */
  async custom({ url, method, payload, query, meta }) {
    const parameters = new URLSearchParams(query as Record<string, string> | undefined).toString();
    return request(parameters === '' ? url : `${url}?${parameters}`, {
      method: method.toUpperCase() as ApiRequest['method'],
      body: payload,
      ...signalOf(meta),
    });
  },
};

/** TanStack Query aborts a request when no component waits for its answer any more. */
const signalOf = (meta: { queryContext?: unknown } | undefined): { signal?: AbortSignal } => {
  const { signal } = (meta?.queryContext ?? {}) as { signal?: AbortSignal };
  return { signal };
};
