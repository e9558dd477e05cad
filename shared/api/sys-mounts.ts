/** `sys/`: what is mounted where, and what of it the caller may know of. */
import type { RouteTable } from './route.ts';
import { mountFields, tuneFields } from './sys-fields.ts';

export const sysMountRoutes = {
  mounts: {
    pattern: 'mounts',
    summary: 'List the mounted secrets engines.',
    operations: { read: { effect: false, shape: 'injected' } },
  },
  mountTune: {
    pattern: 'mounts/*path/tune',
    summary: 'Read or change the settings of a mount.',
    operations: {
      read: { effect: false, shape: 'injected' },
      write: { effect: true, fields: tuneFields, shape: 'injected' },
    },
  },
  mount: {
    pattern: 'mounts/*path',
    summary: 'Enable, look at or disable one secrets engine.',
    operations: {
      read: { effect: false, shape: 'injected' },
      write: { effect: true, fields: mountFields, shape: 'injected' },
      delete: { effect: true, shape: 'injected' },
    },
  },
  authMounts: {
    pattern: 'auth',
    summary: 'List the auth methods.',
    operations: { read: { effect: false, shape: 'injected' } },
  },
  authMountTune: {
    pattern: 'auth/*path/tune',
    summary: 'Read or change the settings of an auth method.',
    operations: {
      read: { effect: false, sudo: true, shape: 'injected' },
      write: { effect: true, sudo: true, fields: tuneFields, shape: 'injected' },
    },
  },
  authMount: {
    pattern: 'auth/*path',
    summary: 'Enable, look at or disable one auth method.',
    operations: {
      read: { effect: false, sudo: true, shape: 'injected' },
      write: { effect: true, sudo: true, fields: mountFields, shape: 'injected' },
      delete: { effect: true, sudo: true, shape: 'injected' },
    },
  },
  visibleMounts: {
    pattern: 'internal/ui/mounts',
    summary: 'The mounts that the caller may know of.',
    operations: { read: { effect: false, anonymous: true } },
  },
  visibleMount: {
    pattern: 'internal/ui/mounts/*path',
    summary: 'Type and options of the mount that a path lies in.',
    operations: { read: { effect: false, anonymous: true } },
  },
} as const satisfies RouteTable;
