/** A query that gives no rows, in words for the job's owner. */
export class QueryFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "QueryFault";
  }
}
