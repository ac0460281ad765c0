/** Where an error happened, without what the page shows. */
export interface ErrorPlace {
  route: string;
  traceId: string;
  /** The batch whose page it is. */
  batchId: string | undefined;
  /** React's list of components around the one that threw. */
  componentStack: string | undefined;
}
