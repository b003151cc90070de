// For code that answers requests and has no business with the database itself.
export { toUnavailable } from './db/connection.ts';
