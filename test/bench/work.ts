/** What the bench measures, by name. */
export type Work = 'read' | 'write';

/** How durable an audit record is before its request counts as recorded. */
export type Sync = 'write' | 'always';
