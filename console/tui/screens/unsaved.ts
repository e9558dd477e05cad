/** What somebody has typed here and nobody has saved: it would be lost with the console. */
import type { Model } from '../model/model.ts';
import { hasWork } from '../model/policy-editor.ts';
import { clean, type SafeText } from '../terminal/safe-text.ts';
import { policyDrafts } from './policy/policy-view.ts';
import { isFilled } from './secrets/secret-form.ts';
import { secretsState } from './secrets/secret-selection.ts';

const nameColumnsMax = 60;

/** The names of it, secrets first. */
export function unsavedWork(model: Model): readonly SafeText[] {
  const { form, kept } = secretsState.of(model);
  const { open, left } = policyDrafts.of(model);
  const secrets = form !== undefined && isFilled(form) ? [...kept, form.path] : kept;
  const policies = [...left, open].filter(hasWork).map(({ name = '' }) => name);
  return [
    ...new Set(secrets.map((path) => clean(path, nameColumnsMax))),
    ...policies.map((name) => clean(`policy ${name}`, nameColumnsMax)),
  ];
}
