import type { CrudFilter, DataProvider } from '@refinedev/core';
import { request } from './http.ts';

const api = '/api/admin';

const suffixes: Partial<Record<string, string>> = {
  eq: '',
  in: '',
  ne: '_ne',
  gte: '_gte',
  lte: '_lte',
  contains: '_like',
};

/** Filters as the lists of the API take them; the field `q` searches. */
function addFilters(query: URLSearchParams, filters: readonly CrudFilter[]): void {
  for (const filter of filters) {
    if (!('field' in filter)) throw new Error('Filters can’t be combined with or.');
    const suffix = suffixes[filter.operator];
    if (suffix === undefined) throw new Error(`There is no filter ${filter.operator}.`);
    for (const value of [filter.value].flat()) {
      if (value === undefined || value === null || value === '') continue;
      query.append(filter.field === 'q' ? 'q' : filter.field + suffix, String(value));
    }
  }
}

/** The admin API, which speaks the form of Refine's simple REST provider. */
export const dataProvider: DataProvider = {
  getApiUrl: () => api,

  async getList({ resource, pagination, sorters, filters }) {
    const query = new URLSearchParams();
    const { currentPage = 1, pageSize = 25 } = pagination ?? {};
    query.set('_start', String((currentPage - 1) * pageSize));
    query.set('_end', String(currentPage * pageSize));
    if (sorters !== undefined && sorters.length > 0) {
      query.set('_sort', sorters.map(({ field }) => field).join(','));
      query.set('_order', sorters.map(({ order }) => order).join(','));
    }
    addFilters(query, filters ?? []);
    const { body, headers } = await request<never[]>('GET', `${api}/${resource}?${query}`);
    return { data: body, total: Number(headers.get('x-total-count') ?? body.length) };
  },

  async getOne({ resource, id }) {
    return { data: (await request<never>('GET', `${api}/${resource}/${id}`)).body };
  },

  async create({ resource, variables }) {
    return { data: (await request<never>('POST', `${api}/${resource}`, variables)).body };
  },

  async update({ resource, id, variables }) {
    return { data: (await request<never>('PATCH', `${api}/${resource}/${id}`, variables)).body };
  },

  async deleteOne({ resource, id }) {
    return { data: (await request<never>('DELETE', `${api}/${resource}/${id}`)).body };
  },

  async custom({ url, method, payload, query }) {
    const search =
      query === undefined ? '' : `?${new URLSearchParams(query as Record<string, string>)}`;
    const { body } = await request<never>(method.toUpperCase(), `${api}/${url}${search}`, payload);
    return { data: body };
  },
};
