import type { ErrorArea } from './spec.ts';

export const unitsErrors = {
  'units.duration-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'not a duration: write whole seconds, or units from days to seconds such as 30d, 1h30m',
  },
  'units.duration-too-long': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the duration is longer than {durationSecondsMax} seconds',
  },
  'units.size-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'not a size: write whole bytes, or a unit of B, KiB, MiB, GiB or TiB such as 256MiB',
  },
  'units.size-too-large': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the size is larger than {sizeBytesMax} bytes',
  },
} as const satisfies ErrorArea;
