/** What the bench measures, by name. */
export const workNames = ['read', 'write', 'mixed', 'list', 'create-token', 'lookup-self'] as const;
export type Work = (typeof workNames)[number];

/** How durable an audit record is before its request counts as recorded. */
export type Sync = 'write' | 'always';
