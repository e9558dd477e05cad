/** The boxes' primitives from the `tweetnacl` package (shared/control/nacl-primitives.ts). */
import nacl from 'tweetnacl';

import { type NaclLowLevel, primitivesOf } from '../../shared/control/nacl-primitives.ts';
import type { BoxPrimitives } from '../../shared/control/secret-box.ts';

const { lowlevel } = nacl as unknown as { readonly lowlevel: NaclLowLevel };

export const naclPrimitives: BoxPrimitives = primitivesOf(lowlevel);
