declare const canonical: unique symbol;

/**
 * The one spelling of a request's path, made once at the edge. Policies, caches, storage, lock-out
 * counters and the audit log use this value; a raw string does not compile there.
 * No leading slash, no empty, `.` or `..` segment; a trailing slash says "folder".
 */
export type CanonicalPath = string & { readonly [canonical]: true };
