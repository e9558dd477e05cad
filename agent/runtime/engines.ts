/** The secrets engines that every request thread serves. */
import type { EngineRegistry } from '../../src/core/steps/mount.ts';
import { cubbyholeEngine } from '../../src/engines/cubbyhole/engine.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { kvV1Engine } from '../../src/engines/kv/v1/engine.ts';
import { kvV2Engine } from '../../src/engines/kv/v2/engine.ts';

export const engines: EngineRegistry = new Map<string, Engine>([
  ['kv-v1', kvV1Engine],
  ['kv-v2', kvV2Engine],
  ['cubbyhole', cubbyholeEngine],
]);
