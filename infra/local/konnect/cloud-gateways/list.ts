import { type Filters, filterTest } from '../filter.ts';
import { BadPage, type NumberedPage, numberedPage } from '../paging.ts';
import { invalidParameters } from './refusals.ts';

/** One page of the rows that the query asks for, or the 400 of a filter or page that cannot be served. */
export function numbered<Row>(rows: readonly Row[], query: URLSearchParams, filters: Filters<Row>): NumberedPage<Row> {
  const passes = filterTest(query, filters, (parameter) => invalidParameters([{ ...parameter, rule: 'invalid' }]));
  try {
    return numberedPage(rows.filter(passes), query);
  } catch (error) {
    throw error instanceof BadPage ? invalidParameters([error.parameter]) : error;
  }
}
