/** The operating system's errors, as faults of an audit device: what happened, and the cure. */
import { isFailure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { type DeviceFault, deviceFailure } from '../../src/audit/fault.ts';
import { systemErrorCode } from '../system-error.ts';

const faults: ReadonlyMap<string, DeviceFault> = new Map([
  fault('ENOSPC', 'full', 'no space is left on the disk', 'free some space'),
  fault('EDQUOT', 'full', 'the disk quota is used up', 'free some space or raise the quota'),
  fault('EFBIG', 'full', 'the file has reached its greatest size', 'rotate at fewer bytes'),
  fault('EACCES', 'denied', 'access is denied', 'let the agent write to its audit folder'),
  fault('EPERM', 'denied', 'access is denied', 'let the agent write to its audit folder'),
  fault('EROFS', 'read-only', 'the file system is read-only', 'mount it writable'),
  fault('ENOENT', 'gone', 'the file or its folder is gone', 'restore the folder'),
  fault('ENOTDIR', 'gone', 'a part of its path is no folder', 'restore the folder'),
  fault('ELOOP', 'irregular', 'the path is a symbolic link', 'configure the file itself'),
  fault('EISDIR', 'irregular', 'the path is a folder', 'configure a file'),
  fault('EBADF', 'closed', 'the file was closed under it', 'nothing: it is opened again'),
  fault('EIO', 'io', 'the disk answered with an error', 'look at the disk'),
  fault('ENXIO', 'no-reader', 'nobody reads the FIFO', 'start its reader'),
  fault('EPIPE', 'no-reader', 'the reader of the FIFO has gone', 'start its reader'),
  fault('EMFILE', 'files', 'too many files are open', 'raise the limit of open files'),
  fault('ENFILE', 'files', 'too many files are open', 'raise the limit of open files'),
]);

/** Makes the failure of a device from what an operation threw. */
export function deviceError(device: string, error: unknown): StrongBoxError {
  if (isFailure(error, 'audit.device')) return error;
  const code = systemErrorCode(error) ?? 'an unknown error';
  const found = faults.get(code) ?? {
    kind: 'io',
    reason: `the operating system answered ${code}`,
    cure: 'see the server log',
  };
  return deviceFailure(device, found, error);
}

function fault(
  code: string,
  kind: string,
  reason: string,
  cure: string,
): readonly [string, DeviceFault] {
  return [code, { kind, reason, cure }];
}
