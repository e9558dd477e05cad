import type { OperatorKeys } from '../../../shared/control/operator.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import { canonicalName } from '../../../shared/path/name.ts';
import { operatorKey } from '../../namespaces/layout.ts';
import type { NamespaceRecords } from '../../namespaces/records.ts';
import { keysOf, type StoredOperator } from './stored-operators.ts';

/** A registered operator. */
export interface RegisteredOperator extends OperatorKeys {
  readonly name: string;
}

/** Looks operators up, for who has a socket and a signature instead of a request. */
export interface OperatorDirectory {
  /**
   * The operator of that name as it is registered now; undefined for a name that is not, in just
   * this spelling. Throws `request.sealed`, and what the store throws.
   */
  find(name: string): Promise<RegisteredOperator | undefined>;
}

/** The directory over the records of the namespace. */
export function operatorDirectory(records: NamespaceRecords): OperatorDirectory {
  return {
    async find(name) {
      if (!isKey(name)) return undefined;
      const [record] = (await records.read([operatorKey(name)])).records;
      const stored = record?.value as StoredOperator | undefined;
      return stored?.name === name ? { name, ...keysOf(stored) } : undefined;
    },
  };
}

/** What is no name of ours must not become a key of the store. */
function isKey(name: string): boolean {
  try {
    return canonicalName(name) === name;
  } catch (error) {
    if (isFailure(error, 'path.name-invalid')) return false;
    throw error;
  }
}
