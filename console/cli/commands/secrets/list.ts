/** `strongbox secrets list`: list the mounted secrets engines. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../shared/json/value.ts';
import { type Command, defineCommand } from '../../command.ts';
import { rowsTable } from '../../output/table.ts';

export const command: Command = defineCommand({
  arguments: '',
  flags: {
    detailed: { type: 'switch', description: 'Settings, too' },
  },
  examples: [['secrets list', 'Path, type and purpose of each']],
  async run({ flags, context }) {
    const mounts = await context.client().data({ operation: 'read', path: 'sys/mounts' });
    const detailed = flags.detailed === true;
    const table = () => rowsTable(headings(detailed), rowsOf(mounts, detailed));
    await context.printer.result({ value: mounts, table });
  },
});

function headings(detailed: boolean): string[] {
  const basic = ['Path', 'Type', 'Accessor', 'Description'];
  return detailed ? [...basic, 'Default TTL', 'Max TTL', 'Options', 'UUID'] : basic;
}

function rowsOf(mounts: JsonObject, detailed: boolean): JsonValue[][] {
  return Object.entries(mounts).map(([path, facts]) => {
    const mount = isJsonObject(facts) ? facts : {};
    const cell = (name: string): JsonValue => mount[name] ?? null;
    const basic = [path, cell('type'), cell('accessor'), cell('description')];
    if (!detailed) return basic;
    const config = isJsonObject(mount['config']) ? mount['config'] : {};
    const ttl = [config['default_lease_ttl'] ?? null, config['max_lease_ttl'] ?? null];
    return [...basic, ...ttl, cell('options'), cell('uuid')];
  });
}
