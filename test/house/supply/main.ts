/**
 * `npm run sbom`: prints the bill of materials. `-- --shipped` leaves out what only develops and
 * tests; `-- --stamped` gives the print a time and a serial number of its own.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeBill } from './bill.ts';

const { values } = parseArgs({
  options: {
    shipped: { type: 'boolean', default: false },
    stamped: { type: 'boolean', default: false },
  },
});

const stamp = { timestamp: new Date().toISOString(), serialNumber: `urn:uuid:${randomUUID()}` };
const bill = makeBill({ shippedOnly: values.shipped, ...(values.stamped && { stamp }) });
process.stdout.write(`${JSON.stringify(bill, undefined, 2)}\n`);
