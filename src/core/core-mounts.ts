/** Where the core's own routes lie. They are mounts, but no engine's. */
export const systemMountPath = 'sys/';
export const tokenMountPath = 'auth/token/';

/** All of them. */
export const coreMountPaths: readonly string[] = [systemMountPath, tokenMountPath];
