/** Makes the audit device for a place in the configuration. */
import type { AuditDevice } from '../../src/ports/audit-device.ts';
import { FifoDevice } from './fifo-device.ts';
import { FileDevice, type FileDeviceOptions } from './file-device.ts';
import { look } from './files.ts';

/** A FIFO is used as one; everything else is to be a file, or is refused when it is opened. */
export async function createAuditDevice(options: FileDeviceOptions): Promise<AuditDevice> {
  const found = await look(options.path).catch(() => undefined);
  return found?.isFIFO() === true ? new FifoDevice(options) : new FileDevice(options);
}
