/** Everything that reads input of others, as one table. */
import type { Target } from './target.ts';
import { auditTargets } from './targets/audit.ts';
import { configTargets } from './targets/config.ts';
import { controlTargets } from './targets/control.ts';
import { httpEdgeTargets } from './targets/http-edge.ts';
import { jsonTargets } from './targets/json.ts';
import { linkTargets } from './targets/link.ts';
import { pathTargets } from './targets/path.ts';
import { policyTargets } from './targets/policy.ts';
import { safeTextTargets } from './targets/safe-text.ts';
import { secretEntryTargets } from './targets/secret-entry.ts';
import { shareTargets } from './targets/share.ts';
import { earlyRefusalTargets } from './targets/early-refusal.ts';
import { verbShimTargets } from './targets/verb-shim.ts';

export const targets: readonly Target[] = [
  ...pathTargets,
  ...httpEdgeTargets,
  ...verbShimTargets,
  ...earlyRefusalTargets,
  ...jsonTargets,
  ...policyTargets,
  ...shareTargets,
  ...auditTargets,
  ...controlTargets,
  ...configTargets,
  ...linkTargets,
  ...secretEntryTargets,
  ...safeTextTargets,
];
